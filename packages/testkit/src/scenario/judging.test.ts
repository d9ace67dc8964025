import {
	type Evidence,
	EvidenceMerger,
	type GateJudgement,
	Judge,
	type JudgedStage,
	type Judgement,
} from "@headgate/core/analysis";
import { keyOf } from "@headgate/core/rollout";
import { describe, expect, it } from "vitest";
import { arm, closed, planOf, type WindowOf, window } from "./index.ts";

const ERRORS = "error_rate <= 1%";
const RELATIVE = "error_rate <= champion + 0.5pp";
const LATENCY = "latency_p95 <= champion + 20%";
const plan = (...gates: readonly string[]) => planOf([{ canary: { weight: "10%", hold: "20s", gates } }, { promote: null }]);
const STAGE: JudgedStage = {
	...{ index: 0, promoted: false, championGone: false, rolledBack: false, degraded: [] },
	thresholds: { id: "credit-risk-1/1", latencyUs: [30_000, 36_000] },
	championUs: { "0.95": 30_000 },
};

type Second = Omit<WindowOf, "second"> | null;

/** Judges seconds 100, 101, ... of one gateway; null is a second in which nobody asked anything. */
function judge(gates: readonly string[], seconds: readonly Second[], stage: Partial<JudgedStage> = {}): readonly Judgement[] {
	const judging = new Judge(plan(...gates), []);
	judging.tell({ ...STAGE, ...stage });
	const merger = new EvidenceMerger(keyOf(arm("1.0.0")), keyOf(arm("1.1.0")));
	return seconds.map((of, i) => {
		merger.add(window({ thresholds: "credit-risk-1/1", ...of, second: 100 + i }));
		const record = { ...closed(100 + i), position: i + 1 } satisfies Evidence & { position: number };
		return judging.second(record, merger.close(record, stage.championGone ?? false));
	});
}

const repeat = (times: number, of: Second): readonly Second[] => Array.from({ length: times }, () => of);
const counts = (n: number, ratio: number, slow: readonly [number, number] = [0.05, 0.02]) => {
	return { n, failed: Math.round(n * ratio), over: slow.map((share) => Math.round(n * share)) };
};
const both = (challenger: number, champion: number): Second => ({
	challenger: counts(100, challenger),
	champion: counts(200, champion),
});
const gate = (judgement: Judgement | undefined, name: string): GateJudgement =>
	judgement!.gates.find((one) => one.gate === name)!;

describe("the first seconds of an arm on a gateway", () => {
	it("are judged by the crash gate alone: a dead challenger is found in warm-up", () => {
		const judged = judge([ERRORS], repeat(9, both(1, 0)));
		const found = judged.findIndex((judgement) => judgement.failing !== null);
		expect(judged[found]?.failing).toMatchObject({ gate: "crash", jointly: false });
		expect(found).toBeGreaterThanOrEqual(2);
		expect(found).toBeLessThan(8);
		expect(gate(judged[8], ERRORS)).toMatchObject({ verdict: "unknown", challenger: { k: 900, n: 900 } });
	});

	it("count once they are over: errors that go on are found at once", () => {
		const judged = judge([ERRORS], repeat(20, both(0.08, 0)));
		const found = judged.findIndex((judgement) => judgement.failing !== null);
		expect(judged[found]?.failing?.gate).toBe(ERRORS);
		expect(found).toBeGreaterThanOrEqual(10);
		expect(found).toBeLessThan(13);
	});

	it("decide nothing by themselves: errors that end with the warm-up roll nothing back", () => {
		const judged = judge([ERRORS, LATENCY], [...repeat(10, both(0.08, 0)), ...repeat(110, both(0, 0))]);
		expect(judged.every((judgement) => judgement.failing === null)).toBe(true);
		expect(gate(judged[9], ERRORS).logEFail).toBeGreaterThan(4);
	});

	it("do not count towards the hold, and neither do seconds in which nobody asked anything", () => {
		expect(judge([ERRORS], repeat(15, both(0, 0))).map((judgement) => judgement.stageSeconds)).toEqual([
			...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
			...[1, 2, 3, 4, 5],
		]);
		expect(judge([ERRORS], [...repeat(15, both(0, 0)), ...repeat(60, {})]).at(-1)?.stageSeconds).toBe(5);
	});
});

describe("silence", () => {
	it("leaves every gate unknown, the crash gate and the split too", () => {
		const last = judge([ERRORS, RELATIVE, LATENCY], repeat(60, {})).at(-1);
		expect(last?.gates.map(({ verdict }) => verdict)).toEqual(Array(5).fill("unknown"));
		expect(last?.failing).toBeNull();
	});
});

describe("an absolute limit", () => {
	const over = (championRatio: number, seconds = 60) => judge([ERRORS], repeat(seconds, both(0.04, championRatio)));

	it("fails when the challenger is over it and worse than the champion", () => {
		expect(over(0).find((judgement) => judgement.failing !== null)?.failing?.gate).toBe(ERRORS);
	});

	it("is unknown (champion also over) when both are over it, and never passes", () => {
		const judged = over(0.04, 300);
		expect(judged.every((judgement) => judgement.failing === null)).toBe(true);
		expect(gate(judged.at(-1), ERRORS)).toMatchObject({
			verdict: "unknown",
			because: expect.stringContaining("champion also over"),
		});
		expect(judged.some((judgement) => gate(judgement, ERRORS).verdict === "pass")).toBe(false);
	});

	it("fails literally under attribution: off", () => {
		const literal = new Judge(
			planOf([{ canary: { weight: "10%", hold: "20s", gates: [ERRORS], attribution: "off" } }, { promote: null }]),
			[],
		);
		literal.tell(STAGE);
		const merger = new EvidenceMerger(keyOf(arm("1.0.0")), keyOf(arm("1.1.0")));
		const failing = Array.from({ length: 60 }, (_, i) => {
			merger.add(window({ second: i, challenger: counts(100, 0.04), champion: counts(200, 0.04) }));
			const record = { ...closed(i), position: i };
			return literal.second(record, merger.close(record, false)).failing?.gate;
		});
		expect(failing).toContain(ERRORS);
	});

	it("is passed once its pass side has crossed, and stays so while its fail side is quiet", () => {
		const verdicts = judge([ERRORS], [...repeat(60, both(0, 0)), ...repeat(20, {})]).map(
			(judgement) => gate(judgement, ERRORS).verdict,
		);
		expect(verdicts.lastIndexOf("unknown")).toBe(verdicts.indexOf("pass") - 1);
		expect(verdicts.at(-1)).toBe("pass");
	});

	it("is no longer passed once its fail side stirs, before it fails", () => {
		const judged = judge([ERRORS], [...repeat(60, both(0, 0)), ...repeat(60, both(0.04, 0))]);
		const verdicts = judged.map((judgement) => gate(judgement, ERRORS).verdict);
		expect(verdicts[59]).toBe("pass");
		expect(verdicts.slice(60, verdicts.indexOf("fail"))).toContain("unknown");
	});
});

describe("while the champion is slower than before the rollout", () => {
	const slow = [0.5, 0.4] as const;
	const disturbed: Second = { challenger: counts(100, 0, slow), champion: counts(200, 0, slow) };
	const healthy: Second = { challenger: counts(100, 0), champion: counts(200, 0) };

	it("relative gates are unknown (champion disturbed) and the hold stands still; both go on when it is well again", () => {
		const judged = judge([RELATIVE, LATENCY], [...repeat(60, healthy), ...repeat(30, disturbed), ...repeat(90, healthy)]);
		expect(judged[89]?.championDisturbed).toBe(true);
		for (const name of [RELATIVE, LATENCY]) {
			expect(gate(judged[89], name)).toMatchObject({
				verdict: "unknown",
				because: expect.stringContaining("champion disturbed"),
			});
		}
		expect(judged[89]!.stageSeconds).toBeLessThan(judged[59]!.stageSeconds + 10);
		expect(judged.at(-1)).toMatchObject({ championDisturbed: false });
		expect(judged.at(-1)!.stageSeconds).toBeGreaterThan(judged[89]!.stageSeconds + 30);
	});

	it("absolute gates and the crash gate are judged all the same", () => {
		const dead = { ...disturbed, challenger: counts(100, 1, slow) };
		expect(
			judge([ERRORS, LATENCY], [...repeat(60, healthy), ...repeat(30, disturbed), ...repeat(10, dead)]).at(-1)?.failing,
		).not.toBeNull();
	});
});

describe("when the challenger has all the traffic", () => {
	const alone = (ratio: number): Second => ({ challenger: counts(300, ratio), champion: { n: 0, over: [0, 0] } });
	/** 60 seconds side by side, then the champion gone. */
	function after(gates: readonly string[], before: Second, then: Second): Judgement {
		const judging = new Judge(plan(...gates), []);
		const merger = new EvidenceMerger(keyOf(arm("1.0.0")), keyOf(arm("1.1.0")));
		let last: Judgement | undefined;
		for (let i = 0; i < 180 && last?.failing == null; i++) {
			const championGone = i >= 60;
			judging.tell({ ...STAGE, promoted: championGone, championGone });
			merger.add(window({ thresholds: "credit-risk-1/1", ...(championGone ? then : before), second: i }));
			const record = { ...closed(i), position: i };
			last = judging.second(record, merger.close(record, championGone));
		}
		return last!;
	}

	it("relative gates are not judged, and absolute and crash gates stand", () => {
		expect(gate(after([RELATIVE], both(0, 0), alone(0.08)), RELATIVE)).toMatchObject({
			verdict: "unknown",
			because: expect.stringContaining("not judged"),
		});
		expect(after([RELATIVE], both(0, 0), alone(0.5)).failing?.gate).toBe("crash");
		expect(after([ERRORS], both(0, 0), alone(0.08)).failing?.gate).toBe(ERRORS);
	});

	it("a challenger no worse than the champion was is not undone by a limit that both are over", () => {
		expect(after([ERRORS], both(0.04, 0.04), alone(0.04)).failing).toBeNull();
		expect(after([ERRORS], both(0.04, 0.04), alone(0.12)).failing?.gate).toBe(ERRORS);
	});
});

describe("several gates", () => {
	it("name the crash first, whatever else fails more loudly", () => {
		const judged = judge([ERRORS], [...repeat(60, both(0.08, 0)), ...repeat(20, both(0.6, 0))]);
		expect(judged[59]?.failing?.gate).toBe(ERRORS);
		const crashed = judged.find((judgement) => judgement.failing?.gate === "crash");
		expect(gate(crashed, ERRORS).logEFail).toBeGreaterThan(gate(crashed, "crash").logEFail);
		expect(crashed?.failing?.jointly).toBe(false);
	});

	it("that degraded the rollout stay failed and leave the others their say", () => {
		const judged = judge([ERRORS], repeat(60, both(0.05, 0)), { degraded: [ERRORS] });
		expect(judged.at(-1)?.failing).toBeNull();
		expect(gate(judged.at(-1), ERRORS).verdict).toBe("fail");
		expect(judge([ERRORS], repeat(60, both(0.9, 0)), { degraded: [ERRORS] }).at(-1)?.failing?.gate).toBe("crash");
	});

	it("have a say only while they are in force", () => {
		const replaced = planOf([
			{ canary: { weight: "10%", hold: "20s", gates: [ERRORS] } },
			{ canary: { weight: "50%", hold: "20s", gates: ["error_rate <= 20%"] } },
			{ promote: null },
		]);
		const failingAt = (index: number) => {
			const judging = new Judge(replaced, []);
			judging.tell({ ...STAGE, index });
			const merger = new EvidenceMerger(keyOf(arm("1.0.0")), keyOf(arm("1.1.0")));
			return Array.from({ length: 60 }, (_, i) => {
				merger.add(window({ second: i, challenger: counts(100, 0.05), champion: counts(200, 0) }));
				const record = { ...closed(i), position: i };
				return judging.second(record, merger.close(record, false)).failing?.gate;
			}).find((failing) => failing !== undefined);
		};
		expect(failingAt(0)).toBe(ERRORS);
		expect(failingAt(1)).toBeUndefined();
	});
});
