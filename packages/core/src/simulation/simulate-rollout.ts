import {
	type ChampionLatencies,
	Judge,
	type MergedCounts,
	type MergedWindow,
	WARM_UP_SECONDS,
	watchedLatencies,
} from "../analysis/index.ts";
import type { CanaryStage, Plan } from "../plan/index.ts";
import type { Change } from "./change.ts";
import { percentileUs, shareAbove } from "./latency-mixture.ts";
import type { Random } from "./random.ts";
import { type ArmClimate, createWorld, type WorldName } from "./world.ts";

export interface RolloutScript {
	readonly plan: Plan;
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
	/** Seconds from the onset to the verdict; null when the rollout was not rolled back. */
	readonly rolledBackAfter: number | null;
	/** The gate that was named; null when none was. */
	readonly gate: string | null;
	/** From the onset to the verdict: failed answers of the challenger, or all of them when it only became slower. */
	readonly badAnswers: number;
}

const THRESHOLDS = "simulated";
/** What the champion's percentiles were before the rollout; a real one takes them from its first 2,000 requests. */
const PERCENTILES = [0.5, 0.9, 0.95, 0.99, 0.999];

/** How long the canary stages of a plan are held, in seconds. */
export function plannedSeconds(plan: Plan): number {
	return canaries(plan).reduce((sum, stage) => sum + stage.holdMs / 1000, 0);
}

/** One rollout in a world, judged second by second by the judge of the control loop. A rollback ends it. */
export function simulateRollout(script: RolloutScript, random: Random): SimulatedRollout {
	const { plan, change, onsetSecond } = script;
	const climate = createWorld(script.world, script.requestsPerSecond, random);
	const championUs: ChampionLatencies = Object.fromEntries(PERCENTILES.map((p) => [String(p), percentileUs(p)]));
	const latencyUs = watchedLatencies(plan, championUs);
	const judge = new Judge(plan, []);
	let badAnswers = 0;
	let stage = -1;
	for (let second = 0; second < script.durationSeconds; second++) {
		const now = stageAt(plan, second);
		if (now.index !== stage) {
			stage = now.index;
			judge.tell({
				index: stage,
				promoted: false,
				championGone: false,
				rolledBack: false,
				degraded: [],
				thresholds: { id: THRESHOLDS, latencyUs },
				championUs,
			});
		}
		const share = now.weightPercent / 100;
		const weather = climate(share);
		const changed = second >= onsetSecond;
		const n1 = random.binomial(weather.requests, share);
		const challenger = answers(n1, changed ? withChange(weather.challenger, change) : weather.challenger, latencyUs, random);
		const champion = answers(weather.requests - n1, weather.champion, latencyUs, random);
		if (changed) badAnswers += change.latencyFactor > 1 ? challenger.n : challenger.failed;
		const closed = { kind: "close", second, missing: [], readyArms: [], behind: false, position: second + 1 } as const;
		const { failing } = judge.second(closed, [merged(second, challenger, champion)]);
		// Before the onset it is a false alarm, and counted as one that took no time.
		if (failing !== null) return { rolledBackAfter: Math.max(0, second + 1 - onsetSecond), gate: failing.gate, badAnswers };
	}
	return { rolledBackAfter: null, gate: null, badAnswers };
}

function withChange(arm: ArmClimate, { extraErrors, latencyFactor }: Change): ArmClimate {
	return { errorRate: Math.min(1, arm.errorRate + extraErrors), latencyScale: arm.latencyScale * latencyFactor };
}

/** Chance decides over each answer; those above a limit are drawn among those above the limit before it. */
function answers(n: number, { errorRate, latencyScale }: ArmClimate, latencyUs: readonly number[], random: Random): MergedCounts {
	let count = n;
	let share = 1;
	const over = latencyUs.map((limit) => {
		const above = shareAbove(limit, latencyScale);
		count = random.binomial(count, Math.min(1, above / share));
		share = above;
		return count;
	});
	return { n, failed: random.binomial(n, errorRate), over };
}

function merged(second: number, challenger: MergedCounts, champion: MergedCounts): MergedWindow {
	const pair = { challenger, champion };
	const classes = Object.fromEntries(
		Object.entries(WARM_UP_SECONDS).map(([name, from]) => [name, { ...pair, warm: second >= from }]),
	);
	return { second, revision: 1, thresholds: THRESHOLDS, classes, users: null, lottery: null, challengerRouted: true, all: pair };
}

/** The canary stage at a second; the last one lasts. */
function stageAt(plan: Plan, second: number): { readonly index: number; readonly weightPercent: number } {
	let until = 0;
	const stages = canaries(plan);
	for (const stage of stages) {
		until += stage.holdMs / 1000;
		if (second < until || stage === stages.at(-1))
			return { index: plan.stages.indexOf(stage), weightPercent: stage.weightPercent };
	}
	throw new Error("a plan without canary stages cannot be simulated");
}

function canaries(plan: Plan): readonly CanaryStage[] {
	return plan.stages.filter((stage) => stage.kind === "canary");
}
