import { forecast, foreseeFrom, foresightSentence, type GateJudgement, trafficGates } from "@headgate/core/analysis";
import { isOver, nameOf, type RolloutState } from "@headgate/core/rollout";
import { HeadgateError } from "@headgate/protocol";
import { z } from "@hono/zod-openapi";
import type { ControlContext } from "../api/context.ts";

const shareSchema = z.object({ k: z.number(), n: z.number() });

export const gateSchema = z.object({
	gate: z.string(),
	verdict: z.enum(["pass", "fail", "unknown", "error"]),
	championAlsoOver: z.boolean(),
	because: z.string(),
	logEFail: z.number(),
	logEPass: z.number(),
	challenger: shareSchema,
	champion: shareSchema,
	seconds: z.number().optional(),
	dispersion: z.number().optional(),
	alphaSpent: z.number().optional(),
	thresholdNats: z.number().optional(),
	/** While it is unknown: what it could have seen by now and what not. */
	foresight: z.string().nullable(),
});

const forecastSchema = z.object({
	requestsPerSecond: z.number(),
	likelySeconds: z.number(),
	longestSeconds: z.number(),
	gates: z.array(
		z.object({
			gate: z.string(),
			passSeconds: z.number().nullable(),
			sees: z.array(z.object({ effect: z.string(), seconds: z.number() })),
		}),
	),
	undecided: z.array(z.string()),
});

export const rolloutSchema = z
	.object({
		id: z.string(),
		endpoint: z.string(),
		status: z.string(),
		champion: z.string().nullable(),
		challenger: z.string(),
		plan: z.unknown(),
		stageIndex: z.number(),
		weightPercent: z.number(),
		promoted: z.boolean(),
		unproven: z.array(z.string()),
		question: z.string().nullable(),
		heldBy: z.string().nullable(),
		refusal: z.string().nullable(),
		stageSeconds: z.number(),
		etaSeconds: z.number().nullable(),
		gates: z.array(gateSchema),
		/** Before it is promoted: what its gates see at the endpoint's traffic of the last minute, and how long it takes. */
		forecast: forecastSchema.nullable(),
		impact: z.object({ challengerRequests: z.number(), challengerFailed: z.number() }),
		rollback: z.unknown().nullable(),
		leftOut: z.object({ late: z.number(), excluded: z.number() }),
		backlog: z.number(),
		head: z.string(),
	})
	.openapi("Rollout");

/** Throws `rollout.unknown`, naming the newest there are. */
export function requireRollout({ keeper }: ControlContext, id: string): RolloutState {
	const { rollouts } = keeper.installation;
	const state = rollouts.get(id);
	if (state !== undefined) return state;
	const hint = rollouts.size === 0 ? "none has been started" : `the newest are: ${[...rollouts.keys()].slice(-5).join(", ")}`;
	throw new HeadgateError("rollout.unknown", `there is no rollout "${id}"`, { hint });
}

function foresightOf(state: RolloutState, judged: GateJudgement): string | null {
	const gate = trafficGates(state.plan).find(({ text }) => text === judged.gate);
	if (gate === undefined || judged.verdict !== "unknown" || isOver(state)) return null;
	const seen = foreseeFrom(gate, judged);
	return seen === null ? null : foresightSentence(seen, judged.seconds ?? 0);
}

function forecastOf({ traffic }: ControlContext, state: RolloutState): z.infer<typeof forecastSchema> | null {
	if (state.promoted || isOver(state) || state.champion === null) return null;
	const flow = traffic.flow(state.endpoint);
	const { gates, undecided, ...rest } = forecast(state.plan, flow);
	return {
		requestsPerSecond: flow.requestsPerSecond,
		...rest,
		gates: gates.map((gate) => ({ ...gate, sees: [...gate.sees] })),
		undecided: [...undecided],
	};
}

/** A rollout as people see it: state from the journal, verdicts from the last judged second. */
export function describeRollout(context: ControlContext, id: string): z.infer<typeof rolloutSchema> {
	const { keeper, rollouts } = context;
	const state = requireRollout(context, id);
	const followed = rollouts.find(id);
	const judgement = followed?.tracker.lastJudgement ?? null;
	// What was judged up to the rollback is its reason; seconds after it, with other traffic, say nothing about it.
	const gates = (state.rollback === null ? judgement?.gates : undefined) ?? keeper.installation.lastJudged(id);
	const impact = followed?.tracker.impact ?? state.rollback?.confirmed?.impact ?? state.rollback?.impact;
	const { seq, hash } = keeper.journal.head();
	return {
		id,
		endpoint: state.endpoint,
		status: state.status,
		champion: state.champion === null ? null : nameOf(state.champion),
		challenger: nameOf(state.challenger),
		plan: state.plan,
		stageIndex: state.stageIndex,
		weightPercent: state.weightPercent,
		promoted: state.promoted,
		unproven: [...state.unproven],
		question: state.question,
		heldBy: state.heldBy,
		refusal: keeper.installation.refusals.get(id) ?? null,
		stageSeconds: judgement?.stageSeconds ?? 0,
		etaSeconds: judgement?.etaSeconds ?? null,
		gates: gates.map((gate) => ({ ...gate, foresight: foresightOf(state, gate) })),
		forecast: forecastOf(context, state),
		impact: impact ?? { challengerRequests: 0, challengerFailed: 0 },
		rollback: state.rollback,
		leftOut: followed?.tracker.leftOut ?? { late: 0, excluded: 0 },
		backlog: followed === undefined ? 0 : rollouts.backlogOf(followed),
		head: `${seq}:${hash}`,
	};
}
