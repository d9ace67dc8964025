import { type SimulatedSecond, seededRandom } from "@headgate/core/simulation";
import { describe, expect, it } from "vitest";
import { PEER_RULES } from "./index.ts";

const CLIMATE = { errorRate: 0.003, latencyScale: 1 };

/** The second at which a rule rolls back, and why; null when it never does. */
function run(name: string, failed: (second: number) => number, slower = 1, n = 1_000): readonly [number, string] | null {
	const rule = PEER_RULES[name]!.create(seededRandom(7));
	for (let second = 0; second < PEER_RULES[name]!.seconds; second++) {
		const counts: SimulatedSecond = {
			second,
			share: 0.1,
			challenger: { n, failed: failed(second), over: [], climate: { ...CLIMATE, latencyScale: slower } },
			champion: { n: 9 * n, failed: 27 * (n / 1_000), over: [], climate: CLIMATE },
		};
		const why = rule.second(counts);
		if (why !== null) return [second + 1, why];
	}
	return null;
}

describe("the peers' rules", () => {
	it.each(Object.keys(PEER_RULES))(
		"%s lets a healthy version with much traffic pass, and none that fails half of the time",
		(name) => {
			expect(run(name, () => 3)).toBeNull();
			expect(run(name, () => 500)).not.toBeNull();
		},
	);

	it("each roll back when they say they do: after 10 s, five failed minutes, four failed looks, one minute of points", () => {
		const dead = (name: string) => run(name, () => 500)?.[0];
		expect(dead("fixed threshold")).toBe(10);
		expect(dead("Flagger")).toBe(300);
		expect(dead("Argo Rollouts")).toBe(80);
		expect(dead("Kayenta")).toBe(60);
	});

	it("count one error in ten answers as a failed check: what little traffic does to a fixed line", () => {
		const rare = (second: number) => (second % 60 === 5 ? 1 : 0);
		expect(run("fixed threshold", rare, 1, 1)).toEqual([10, "errors"]);
		expect(run("Argo Rollouts", rare, 1, 1)).not.toBeNull();
	});

	it("see a version that is half as fast", () => {
		for (const name of Object.keys(PEER_RULES)) expect(run(name, () => 3, 2)).not.toBeNull();
	});
});
