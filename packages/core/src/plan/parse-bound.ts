import { accept, type Result } from "../kernel/refusal.ts";
import { exampleAmount, parseAmount } from "./gate-amount.ts";
import { type GateSentence, refuseAt, refuseGate } from "./gate-sentence.ts";
import type { GateToken, TokenReader } from "./gate-tokens.ts";
import type { GatePlace, MetricRow } from "./metric-table.ts";
import { findObjective, type Objectives } from "./objectives.ts";
import type { Bound } from "./plan.ts";

export interface BoundContext {
	readonly sentence: GateSentence;
	readonly row: MetricRow;
	/** The metric as written, `latency_p95`. */
	readonly metric: string;
	readonly place: GatePlace;
	readonly objectives: Objectives;
}

/** Reads what stands behind the operator, and refuses a bound that traffic could never prove or never break. */
export function parseBound(tokens: TokenReader, context: BoundContext): Result<Bound> {
	const { sentence, row, metric } = context;
	const first = tokens.peek();
	if (tokens.takeWord("objective")) return readObjective(first!, context);
	if (tokens.takeWord("champion")) return readChampion(first!, tokens, context);
	const amount = parseAmount(sentence, tokens, row, metric, false);
	if (!amount.ok) return amount;
	const { token, value } = amount.value;
	if (context.place !== "evaluate" && value === 0) {
		return refuseAt(
			sentence,
			"plan.gate-not-judgeable",
			token,
			"can never be proven: no traffic shows that harm is impossible",
			exampleAmount(row, false),
		);
	}
	if (context.place !== "evaluate" && row.unit === "ratio" && value === 1) {
		return refuseAt(sentence, "plan.gate-not-judgeable", token, "can never be broken", exampleAmount(row, false));
	}
	return accept({ kind: "absolute", value });
}

function readObjective(word: GateToken, { sentence, metric, objectives }: BoundContext): Result<Bound> {
	const value = findObjective(objectives, metric);
	if (value !== undefined) return accept({ kind: "absolute", value });
	const problem = `needs an objective for ${metric}, and the endpoint states none`;
	return refuseAt(
		sentence,
		"plan.objective-missing",
		word,
		problem,
		`add ${metric} to objectives in endpoint.yaml, or write the number here`,
	);
}

function readChampion(word: GateToken, tokens: TokenReader, context: BoundContext): Result<Bound> {
	const { sentence, row, metric, place } = context;
	const example = exampleAmount(row, true);
	if (tokens.peek()?.kind !== "sign") {
		if (place !== "evaluate") return needsTolerance(context, word);
		return accept({ kind: "champion", relative: 0, absolute: 0 });
	}
	const sign = tokens.take()!;
	const amount = parseAmount(sentence, tokens, row, metric, true);
	if (!amount.ok) return amount;
	const { kind, value, token } = amount.value;
	if (value === 0 && place !== "evaluate") return needsTolerance(context, token);
	const demandsBetter = sign.text === (row.harm === "high" ? "-" : "+");
	if (demandsBetter && place !== "evaluate") {
		const problem = `asks for a ${metric} better than the champion's, which live traffic is not asked to prove`;
		return refuseAt(sentence, "plan.gate-not-judgeable", sign, problem, example);
	}
	if (kind === "relative" && sign.text === "-" && value >= 1) {
		return refuseAt(sentence, "plan.gate-range", token, "takes away 100% of the champion's value or more", example);
	}
	// `0 - value` and not `-value`: a tolerance of nothing is 0 and never -0.
	const signed = sign.text === "-" ? 0 - value : value;
	return accept({ kind: "champion", relative: kind === "relative" ? signed : 0, absolute: kind === "absolute" ? signed : 0 });
}

function needsTolerance({ sentence, row, metric }: BoundContext, token: Pick<GateToken, "text" | "column">) {
	const problem = `"${token.text}" at column ${token.column} can never be proven: ${metric} of two equal versions differs by chance, so it needs a tolerance`;
	return refuseGate(sentence, "plan.gate-needs-tolerance", problem, exampleAmount(row, true));
}
