import {
	type ChampionLatencies,
	FIRST_STAGE,
	Judge,
	type Judgement,
	type MergedWindow,
	percentilesMissing,
	WARM_UP_SECONDS,
	watchedLatencies,
} from "../analysis/index.ts";
import type { Plan } from "../plan/index.ts";
import { percentileUs } from "./latency-mixture.ts";
import type { SimulatedRule, SimulatedSecond } from "./simulated-rule.ts";
import { stageAt } from "./stages.ts";

const THRESHOLDS = "simulated";

export interface JudgeRuleOptions {
	/** Other than the usual it shows what a wrong judge would do. */
	readonly alpha?: number;
	readonly championUs?: ChampionLatencies;
	/** System gates that the endpoint's policy turned off by name (`crash`). */
	readonly off?: readonly string[];
	/** Told every second. */
	readonly onJudgement?: (judgement: Judgement) => void;
}

/** The judge of the control loop over a plan. */
export function judgeRule(plan: Plan, options: JudgeRuleOptions = {}): SimulatedRule {
	const { alpha, championUs = usualLatencies(plan), off = [], onJudgement } = options;
	const latencyUs = watchedLatencies(plan, championUs);
	const judge = new Judge(plan, off, alpha === undefined ? {} : { alpha });
	let stage = -1;
	return {
		latencyUs,
		second(counts) {
			const { index } = stageAt(plan, counts.second);
			if (index !== stage) judge.tell({ ...FIRST_STAGE, index, thresholds: { id: THRESHOLDS, latencyUs }, championUs });
			stage = index;
			const { second } = counts;
			const closed = { kind: "close", second, missing: [], readyArms: [], behind: false, position: second + 1 } as const;
			const judgement = judge.second(closed, [merged(counts)]);
			onJudgement?.(judgement);
			return judgement.failing?.gate ?? null;
		},
	};
}

function merged({ second, challenger, champion }: SimulatedSecond): MergedWindow {
	const classOf = (name: keyof typeof WARM_UP_SECONDS) => ({ challenger, champion, warm: second >= WARM_UP_SECONDS[name] });
	return {
		second,
		revision: 1,
		thresholds: THRESHOLDS,
		classes: { crash: classOf("crash"), errors: classOf("errors"), latency: classOf("latency") },
		users: null,
		lottery: null,
		challengerRouted: true,
		all: { challenger, champion },
	};
}

/** What the champion's percentiles were before the rollout, of those that the plan needs; a real one takes them from its first 2,000 requests. */
function usualLatencies(plan: Plan): ChampionLatencies {
	return Object.fromEntries(percentilesMissing(plan, {}).map((percentile) => [String(percentile), percentileUs(percentile)]));
}
