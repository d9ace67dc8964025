import type { Gate } from "../plan/index.ts";
import { createAbsoluteProcess, createCompareProcess } from "../statistics/index.ts";
import { type CountTests, countTestsOf } from "./count-tests.ts";
import type { JudgeRules } from "./judge-rules.ts";

/** Counts of one gate in one window: k of n are over its limit, for challenger (1) and champion (0). */
export interface Counts {
	readonly k1: number;
	readonly n1: number;
	readonly k0: number;
	readonly n0: number;
}

/** What a gate on counts has gathered on both sides since the rollout began. */
export interface CountEvidence {
	/** Takes the challenger's counts by themselves: where the limit is a number nobody else is needed. */
	alone(k1: number, n1: number): void;
	/** Takes the same counts beside the champion's. */
	beside(counts: Counts): void;
	/** ln E of the fail side; `literal` leaves the attribution to the challenger out of an absolute gate. */
	logEFail(literal: boolean): number;
	logEPass(): number;
	/** phi by which the fail side's evidence is divided now; 1 where nothing is tempered. */
	dispersion(): number;
}

/** The evidence of a gate on error_rate, latency or accuracy, by the rules of a judge. Throws for one whose metric is a mean. */
export function createCountEvidence(gate: Gate, rules?: JudgeRules): CountEvidence {
	const tests = countTestsOf(gate, rules);
	return tests.kind === "absolute" ? absolute(tests) : relative(tests);
}

function relative({ sides }: Extract<CountTests, { kind: "compare" }>): CountEvidence {
	const fail = createCompareProcess(sides.fail);
	const pass = createCompareProcess(sides.pass);
	return {
		alone: () => {},
		beside({ k1, n1, k0, n0 }) {
			fail.update(k1, n1, k0, n0);
			pass.update(k1, n1, k0, n0);
		},
		logEFail: () => fail.logE(),
		logEPass: () => pass.logE(),
		dispersion: () => fail.dispersion(),
	};
}

function absolute({ sides, guard: options }: Extract<CountTests, { kind: "absolute" }>): CountEvidence {
	const fail = createAbsoluteProcess(sides.fail);
	const pass = createAbsoluteProcess(sides.pass);
	const guard = options === null ? null : createCompareProcess(options);
	return {
		alone(k1, n1) {
			fail.update(k1, n1);
			pass.update(k1, n1);
		},
		beside: ({ k1, n1, k0, n0 }) => guard?.update(k1, n1, k0, n0),
		logEFail: (literal) => (literal || guard === null ? fail.logE() : Math.min(fail.logE(), guard.logE())),
		logEPass: () => pass.logE(),
		dispersion: () => guard?.dispersion() ?? 1,
	};
}
