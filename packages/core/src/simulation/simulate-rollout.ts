import type { Plan } from "../plan/index.ts";
import type { Change } from "./change.ts";
import { judgeRule } from "./judge-rule.ts";
import { shareAbove } from "./latency-mixture.ts";
import type { Random } from "./random.ts";
import type { SimulatedArm, SimulatedRule } from "./simulated-rule.ts";
import { stageAt } from "./stages.ts";
import { type ArmClimate, createWorld, type WorldName } from "./world.ts";

export interface RolloutScript {
	readonly plan: Plan;
	/** See JudgeRuleOptions. */
	readonly off?: readonly string[];
	readonly world: WorldName;
	/** Of both arms together, on average. */
	readonly requestsPerSecond: number;
	readonly change: Change;
	/** From which second on the challenger differs. */
	readonly onsetSecond: number;
	/** The last canary stage is held until then; by default the sum of the holds. */
	readonly durationSeconds: number;
}

export interface SimulatedRollout {
	/** Seconds from the onset to the verdict, 0 or less for a false alarm before it; null when the rollout was not rolled back. */
	readonly rolledBackAfter: number | null;
	/** The gate that was named; null when none was. */
	readonly gate: string | null;
	/** From the onset to the verdict: failed answers of the challenger, or all of them when it only became slower. */
	readonly badAnswers: number;
}

/** One rollout in a world, judged second by second by the rule; by default the judge of the control loop. A rollback ends it. */
export function simulateRollout(
	script: RolloutScript,
	random: Random,
	rule: SimulatedRule = judgeRule(script.plan, { off: script.off ?? [] }),
): SimulatedRollout {
	const { plan, change, onsetSecond } = script;
	const climate = createWorld(script.world, script.requestsPerSecond, random);
	let badAnswers = 0;
	for (let second = 0; second < script.durationSeconds; second++) {
		const share = rule.share?.() ?? stageAt(plan, second).weightPercent / 100;
		const weather = climate(share);
		const changed = second >= onsetSecond;
		const n1 = random.binomial(weather.requests, share);
		const challenger = answers(n1, changed ? withChange(weather.challenger, change) : weather.challenger, rule.latencyUs, random);
		const champion = answers(weather.requests - n1, weather.champion, rule.latencyUs, random);
		if (changed) badAnswers += change.latencyFactor > 1 ? challenger.n : challenger.failed;
		const gate = rule.second({ second, share, challenger, champion });
		if (gate !== null) return { rolledBackAfter: second + 1 - onsetSecond, gate, badAnswers };
	}
	return { rolledBackAfter: null, gate: null, badAnswers };
}

function withChange(arm: ArmClimate, { extraErrors, latencyFactor }: Change): ArmClimate {
	return { errorRate: Math.min(1, arm.errorRate + extraErrors), latencyScale: arm.latencyScale * latencyFactor };
}

/** Chance decides over each answer; those above a limit are drawn among those above the limit before it. */
function answers(n: number, climate: ArmClimate, latencyUs: readonly number[], random: Random): SimulatedArm {
	let count = n;
	let share = 1;
	const over: number[] = [];
	for (const limit of latencyUs) {
		const above = shareAbove(limit, climate.latencyScale);
		count = random.binomial(count, Math.min(1, above / share));
		share = above;
		over.push(count);
	}
	return { n, failed: random.binomial(n, climate.errorRate), over, climate };
}
