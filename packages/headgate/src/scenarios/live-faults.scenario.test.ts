import { Fleet, LIVE_STORIES, type LiveFinding, rehearseLiveFaults } from "@headgate/testkit/fleet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let fleet: Fleet;
let findings: readonly LiveFinding[] = [];

beforeAll(async () => {
	fleet = await Fleet.start();
	findings = await rehearseLiveFaults(fleet, LIVE_STORIES, (finding) => console.log(JSON.stringify(finding)));
}, 600_000);

afterAll(async () => {
	await fleet.stop();
	fleet.remove();
}, 30_000);

const found = (name: RegExp) => findings.find((finding) => name.test(finding.name))!;

describe("versions under real requests", () => {
	it("a healthy one is not blamed for the backend that hiccups for both, and is promoted", () => {
		expect(found(/hiccups/)).toMatchObject({ end: "Promoted" });
	});

	it("one that hangs is found, though a hanging request answers nothing that could be counted", () => {
		expect(found(/hangs/)).toMatchObject({ end: "RollbackBegun" });
	});

	it("one that is slow enough to slow its neighbour down is found by its own slowness, and the champion is not blamed", () => {
		const finding = found(/disturb/);
		expect(finding.end).toBe("RollbackBegun");
		expect(finding.gate ?? finding.because).toMatch(/latency_p95|20 answers in a row/);
	});

	it("one percentage point more errors is rolled back, with the gate named as the cause", () => {
		const finding = found(/percentage point/);
		expect(finding).toMatchObject({ end: "RollbackBegun", gate: "error_rate <= champion + 0.1pp" });
		expect(finding.causes).toContain("error_rate <= champion + 0.1pp");
	});

	it("every rollout is decided again alike from journal and evidence", async () => {
		const events = await fleet.journal();
		const rollouts = [
			...new Set(events.filter(({ type }) => type === "RolloutStarted").map(({ stream }) => stream.slice("rollout/".length))),
		];
		expect(rollouts.length).toBe(LIVE_STORIES.length + 1);
		for (const rollout of rollouts) {
			const { exit, stdout } = await fleet.headgate(["replay", rollout]);
			expect(exit, stdout).toBe(0);
		}
	});
});
