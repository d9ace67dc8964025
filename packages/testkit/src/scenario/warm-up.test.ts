import type { Window } from "@headgate/core/analysis";
import { describe, expect, it } from "vitest";
import { Rehearsal } from "./index.ts";

const plan = [{ canary: { weight: "30%", hold: "600s", gates: ["error_rate <= champion + 0.5pp"] } }, { promote: null }];

/** A challenger that fails this often, and its gateways' lives in the windows they hand in. */
function rollout(errorRatio: number, live: (window: Window) => Window): Rehearsal {
	const behaviour = (version: string) => ({ errorRatio: version === "1.1.0" ? errorRatio : 0.002 });
	const rehearsal = new Rehearsal({ plan, fleet: { seed: 5, requestsPerSecond: 200, behaviour } });
	for (let second = 0; second < 300 && rehearsal.state.rollback === null; second++) {
		rehearsal.second((windows) => windows.map(live));
	}
	return rehearsal;
}

/** Another life of the gateway each so many seconds. */
function restarting(window: Window, everySeconds: number): Window {
	const life = Math.floor(window.second / everySeconds);
	return { ...window, boot: `${window.boot}-${life}`, sequence: window.second };
}

describe("a warm-up", () => {
	it("that never ends, because the challenger takes its gateways down with it, saves it from nothing", () => {
		const crashing = rollout(0.5, (window) => restarting(window, 2));
		expect(crashing.find("RollbackBegun")?.data).toMatchObject({ trigger: "gate", gate: "crash" });
		const failing = rollout(0.05, (window) => restarting(window, 8));
		expect(failing.find("RollbackBegun")?.data.trigger).toBe("gate");
	});
});
