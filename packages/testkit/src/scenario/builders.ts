import { JUDGE_VERSION, type Judgement } from "@headgate/core/analysis";
import { NO_OBJECTIVES, type Plan, parsePlan } from "@headgate/core/plan";
import { type Arm, keyOf, type RolloutInput } from "@headgate/core/rollout";

/** `credit-risk@VERSION` under one configuration; its digest is made of the version, so equal versions are equal arms. */
export function arm(version: string): Arm {
	const hex = [...version].map((character) => character.charCodeAt(0).toString(16)).join("");
	const configuration = { digest: `sha256:${"c".repeat(64)}`, timeoutMs: 500, outputLimits: {}, sticky: [] };
	return { packageDigest: `sha256:${hex.padEnd(64, "0")}`, model: "credit-risk", version, configuration };
}

/** A plan as users write it: stages, or a built-in plan's name. Throws when it is refused. */
export function planOf(written: unknown): Plan {
	const parsed = parsePlan(written, { objectives: NO_OBJECTIVES, businessPrimary: null });
	if (parsed.ok) return parsed.value;
	throw new Error(`${parsed.refusal.message}; ${parsed.refusal.hint}`);
}

export interface StartOf {
	/** As users write it. Default: 10 % for 20 s, 50 % for 20 s, promote, watch 60 s; error_rate <= 1%. */
	readonly plan?: unknown;
	readonly champion?: string | null;
	readonly challenger?: string;
	readonly automation?: "manual" | "assisted" | "automatic";
	readonly off?: readonly string[];
	/** Every byte must be read before more than the first canary. Default: as of before that was asked for. */
	readonly verifyWhole?: boolean;
}

const SHORT_PLAN = [
	{ validate: null },
	{ canary: { weight: "10%", hold: "20s", gates: ["error_rate <= 1%"] } },
	{ canary: { weight: "50%", hold: "20s" } },
	{ promote: null },
	{ watch: { hold: "60s" } },
];

export function start(of: StartOf = {}): Extract<RolloutInput, { type: "StartRollout" }> {
	const { plan = SHORT_PLAN, champion = "1.0.0", challenger = "1.1.0", automation = "assisted", off = [], ...rest } = of;
	const verifyWhole = rest.verifyWhole === undefined ? {} : { verifyWhole: rest.verifyWhole };
	return {
		type: "StartRollout",
		start: {
			id: "credit-risk-1",
			endpoint: "credit-risk",
			champion: champion === null ? null : arm(champion),
			challenger: arm(challenger),
			plan: planOf(plan),
			automation,
			keepWarmMs: 72 * 3_600_000,
			off,
			reason: null,
			judge: JUDGE_VERSION,
			...verifyWhole,
		},
	};
}

export interface JudgementOf extends Partial<Omit<Judgement, "gates" | "failing" | "readyArms">> {
	/** Verdicts by gate; a gate that is not named says nothing. */
	readonly gates?: Readonly<Record<string, Judgement["gates"][number]["verdict"]>>;
	readonly logEFail?: number;
	readonly championAlsoOver?: boolean;
	readonly failing?: string;
	readonly jointly?: boolean;
	/** Versions ready on every gateway. Default: 1.0.0 and 1.1.0. */
	readonly ready?: readonly string[];
}

/** What a judged second may say, for decisions without the statistics. */
export function judgement(of: JudgementOf = {}): Extract<RolloutInput, { type: "JudgeSecond" }> {
	const {
		gates = {},
		failing,
		jointly = false,
		ready = ["1.0.0", "1.1.0"],
		logEFail = 0,
		championAlsoOver = false,
		...rest
	} = of;
	const share = { k: 0, n: 0 };
	const said = failing === undefined ? gates : { ...gates, [failing]: "fail" as const };
	return {
		type: "JudgeSecond",
		judgement: {
			second: 100,
			position: 0,
			stageSeconds: 1,
			stageChallengerRequests: 1_000,
			impact: { challengerRequests: 1_000, challengerFailed: 0 },
			championDisturbed: false,
			recovery: null,
			etaSeconds: null,
			behind: false,
			...rest,
			gates: Object.entries(said).map(([gate, verdict]) => {
				return { gate, verdict, championAlsoOver, because: "as told", logEFail, logEPass: 0, challenger: share, champion: share };
			}),
			failing: failing === undefined ? null : { gate: failing, jointly, because: "as told" },
			readyArms: ready.map((version) => keyOf(arm(version))),
		},
	};
}
