import type { ServerResponse } from "node:http";
import { HeadgateError, MAX_OUTCOMES, type Outcome, type OutcomesReply, outcomeSchema } from "@headgate/protocol";
import type { Metrics } from "./metrics.ts";
import { rounded } from "./parse/big-integers.ts";
import { parseJsonBody } from "./parse/json-body.ts";
import type { Bus } from "./ports.ts";
import { respond, respondError } from "./respond.ts";

interface OutcomeParts {
	readonly bus: Bus;
	readonly metrics: Metrics;
	readonly logAway: (fields: object, message: string) => void;
}

/**
 * `POST /v1/outcomes`: what became known of predictions. Shapes are checked here, everything else by control, which has them on disk
 * before the caller is answered: 202 with what became of each, 400 when none could be taken, 503 while control is away.
 */
export async function takeOutcomes(parts: OutcomeParts, body: Buffer, response: ServerResponse, id: string): Promise<void> {
	try {
		const { good, places, refused } = readOutcomes(body);
		const reply = good.length === 0 ? { accepted: 0, repeated: 0, refused: [] } : await hand(parts, good);
		const all = [...refused, ...reply.refused.map((one) => ({ ...one, index: places[one.index] ?? one.index }))];
		all.sort((a, b) => a.index - b.index);
		const { accepted, repeated } = reply;
		const result = { accepted, repeated, refused: all };
		parts.metrics.outcomes(result);
		if (accepted + repeated > 0) {
			respond(response, 202, JSON.stringify(result), id, null);
			return;
		}
		const first = all[0]!;
		const message = `none of ${all.length} taken; outcome ${first.index}: ${first.message}`;
		respondError(response, new HeadgateError("gateway.invalid-outcomes", message), id, null, [], result);
	} catch (error) {
		if (!(error instanceof HeadgateError)) throw error;
		parts.metrics.refused("", error.code);
		respondError(response, error, id, null);
	}
}

interface ReadOutcomes {
	readonly good: readonly Outcome[];
	/** Where each good one stood in the body. */
	readonly places: readonly number[];
	readonly refused: OutcomesReply["refused"];
}

/** One object, or a list under `outcomes`; each is judged by itself. Throws when there is no list. */
function readOutcomes(body: Buffer): ReadOutcomes {
	const parsed = parseJsonBody(body);
	const isMap = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
	if (!isMap) throw new HeadgateError("gateway.invalid-outcomes", "the body is not an object");
	const listed = (parsed as { outcomes?: unknown }).outcomes;
	const list = listed === undefined ? [parsed] : listed;
	if (!Array.isArray(list) || list.length === 0)
		throw new HeadgateError("gateway.invalid-outcomes", "outcomes is not a list with at least one outcome", { path: "outcomes" });
	if (list.length > MAX_OUTCOMES) {
		const message = `${list.length} outcomes in one request, at most ${MAX_OUTCOMES} are taken`;
		throw new HeadgateError("gateway.invalid-outcomes", message, { path: "outcomes" });
	}
	const good: Outcome[] = [];
	const places: number[] = [];
	const refused: OutcomesReply["refused"] = [];
	for (const [index, one] of list.entries()) {
		const { success, data } = outcomeSchema.safeParse(rounded(one));
		if (success) {
			good.push(data);
			places.push(index);
		} else refused.push({ index, code: "gateway.invalid-outcomes", message: "it is neither a label nor a metric's value" });
	}
	return { good, places, refused };
}

async function hand({ bus, logAway }: OutcomeParts, outcomes: readonly Outcome[]): Promise<OutcomesReply> {
	try {
		return await bus.outcomes({ outcomes: [...outcomes] });
	} catch (cause) {
		logAway({ reason: String((cause as Error)?.message ?? cause), outcomes: outcomes.length }, "control took no outcomes");
		throw new HeadgateError("gateway.control-away", "the control process did not take the outcomes", { cause });
	}
}
