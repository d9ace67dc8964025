import { nearestWord } from "../kernel/nearest.ts";
import { accept, type Result } from "../kernel/refusal.ts";
import type { BusinessMetrics } from "./business-metric.ts";
import { GATE_GRAMMAR, type GateSentence, refuseAt, refuseGate } from "./gate-sentence.ts";
import { type GateToken, TokenReader } from "./gate-tokens.ts";
import { findMetric, type GatePlace, METRIC_WORDS, type MetricRow, parsePercentile } from "./metric-table.ts";
import type { Objectives } from "./objectives.ts";
import { parseBound } from "./parse-bound.ts";
import { parseField, parseSlice } from "./parse-slice.ts";
import type { Gate, GateMetric, SliceCondition } from "./plan.ts";

export interface GateContext {
	/** Where the gate stands in its file: `plan[2].canary.gates[0]`. */
	readonly path: string;
	readonly place: GatePlace;
	readonly objectives: Objectives;
	/** See `Gate.attribution`. */
	readonly attribution: boolean;
	readonly businessPrimary?: string | null;
	readonly businessMetrics?: BusinessMetrics;
}

const MAX_LENGTH = 500;

/**
 * Reads one gate, `metric ["of" FIELD] OP bound ["where" slice]`. Refuses, at the word, what is no gate, what the metric table does
 * not know, and what could not be judged where it stands: wrong side, no tolerance, never provable, not available yet.
 */
export function parseGate(written: unknown, context: GateContext): Result<Gate> {
	if (typeof written !== "string") {
		const got = { text: typeof written === "number" ? String(written) : "", path: context.path };
		return refuseGate(got, "plan.gate-syntax", "it is not a sentence in text", GATE_GRAMMAR);
	}
	const sentence = { text: written.trim().replace(/\s+/g, " "), path: context.path };
	if (sentence.text.length > MAX_LENGTH) {
		return refuseGate(sentence, "plan.gate-syntax", `it is longer than ${MAX_LENGTH} characters`, GATE_GRAMMAR);
	}
	const tokens = new TokenReader(sentence.text);
	const metric = readMetric(sentence, tokens, context);
	if (!metric.ok) return metric;
	const { row, word } = metric.value;
	const op = readOperator(sentence, tokens, row, word);
	if (!op.ok) return op;
	const bound = parseBound(tokens, { sentence, row, metric: word, place: context.place, objectives: context.objectives });
	if (!bound.ok) return bound;
	const where = readWhere(sentence, tokens, context.place);
	if (!where.ok) return where;
	const attribution = bound.value.kind === "champion" || context.attribution;
	const gate = {
		text: sentence.text,
		metric: compileMetric(metric.value, context),
		op: op.value,
		bound: bound.value,
		attribution,
	};
	return accept(where.value === undefined ? gate : { ...gate, where: where.value });
}

interface MetricWords {
	readonly row: MetricRow;
	readonly word: string;
	readonly field: string | undefined;
}

function readMetric(sentence: GateSentence, tokens: TokenReader, context: GateContext): Result<MetricWords> {
	const { place } = context;
	const first = tokens.take();
	if (first === undefined) return refuseGate(sentence, "plan.gate-syntax", "it is empty", GATE_GRAMMAR);
	const row = findMetric(first.text);
	if (row === undefined) return refuseAt(sentence, "plan.unknown-metric", first, "is not a metric", metricHint(first.text));
	if (!row.places.includes(place)) {
		const problem = `cannot be judged in ${PLACES[place]}`;
		return refuseAt(
			sentence,
			"plan.metric-not-here",
			first,
			problem,
			`it may stand in ${row.places.map((at) => PLACES[at]).join(" or ")}`,
		);
	}
	if (place !== "evaluate" && !row.available.includes(place)) {
		const hint =
			"error_rate, latency_pNN, business, accuracy, mae, rmse and brier are judged on traffic now; others can be named in evaluate";
		return refuseAt(sentence, "plan.metric-not-available", first, `cannot be judged in ${PLACES[place]} yet`, hint);
	}
	const of = tokens.peek();
	if (!tokens.takeWord("of")) {
		if (row.name === "business") return readBusiness(sentence, first, undefined, context);
		if (row.field !== "required") return accept({ row, word: first.text, field: undefined });
		return refuseAt(sentence, "plan.gate-syntax", first, "needs a field", `write "${row.name} of FIELD"`);
	}
	if (row.field === "none") return refuseAt(sentence, "plan.gate-syntax", of!, `does not go with ${first.text}`, GATE_GRAMMAR);
	const field = parseField(sentence, tokens);
	if (!field.ok) return field;
	if (row.name === "business") return readBusiness(sentence, first, field.value, context);
	return accept({ row, word: first.text, field: field.value });
}

/** Which business metric is meant; its direction says on which side it does harm. */
function readBusiness(
	sentence: GateSentence,
	word: GateToken,
	named: string | undefined,
	{ businessPrimary = null, businessMetrics = {} }: GateContext,
): Result<MetricWords> {
	const field = named ?? businessPrimary;
	if (field === null) {
		const hint = "declare one in business_metrics with primary: true, or write business of NAME";
		return refuseAt(sentence, "plan.needs-business-metric", word, "needs a primary business metric", hint);
	}
	const metric = Object.hasOwn(businessMetrics, field) ? businessMetrics[field] : undefined;
	if (metric === undefined) {
		const known = Object.keys(businessMetrics);
		const nearest = nearestWord(field, known);
		const there = known.length === 0 ? "declare it in business_metrics" : `there are: ${known.join(", ")}`;
		const hint = nearest === undefined ? there : `did you mean ${nearest}?`;
		return refuseAt(sentence, "plan.unknown-metric", { ...word, text: field }, "is not a business metric of the endpoint", hint);
	}
	const row = findMetric("business")!;
	return accept({ row: { ...row, harm: metric.direction === "up" ? "low" : "high" }, word: word.text, field });
}

const PLACES: Readonly<Record<GatePlace, string>> = {
	evaluate: "an evaluate stage",
	traffic: "a traffic stage",
	alert: "an alert",
};

function metricHint(word: string): string {
	if (/^p\d{2,4}$/.test(word)) return `did you mean latency_${word}?`;
	if (word.startsWith("latency")) return "percentiles run from latency_p50 to latency_p99, then latency_p999 and latency_p9999";
	const nearest = nearestWord(word, METRIC_WORDS);
	return nearest === undefined ? `known metrics: ${METRIC_WORDS.join(", ")}` : `did you mean ${nearest}?`;
}

function readOperator(sentence: GateSentence, tokens: TokenReader, row: MetricRow, metric: string): Result<"<=" | ">="> {
	const right = row.harm === "high" ? "<=" : ">=";
	const op = tokens.take();
	if (op === undefined) {
		const problem = `it ends at column ${tokens.column} where ${right} is expected`;
		return refuseGate(sentence, "plan.gate-syntax", problem, GATE_GRAMMAR);
	}
	if (op.text === right) return accept(right);
	if (op.text === "<=" || op.text === ">=") {
		const problem = `looks away from the harm: ${metric} does harm when it is ${row.harm}`;
		return refuseAt(sentence, "plan.gate-direction", op, problem, `write "${metric} ${right} ..."`);
	}
	if (op.kind === "operator") {
		return refuseAt(
			sentence,
			"plan.gate-operator",
			op,
			"is not an operator of gates",
			`gates know <= and >=; write "${metric} ${right} ..."`,
		);
	}
	return refuseAt(sentence, "plan.gate-syntax", op, `stands where ${right} is expected`, GATE_GRAMMAR);
}

function readWhere(sentence: GateSentence, tokens: TokenReader, place: GatePlace): Result<readonly SliceCondition[] | undefined> {
	const next: GateToken | undefined = tokens.peek();
	if (next === undefined) return accept(undefined);
	if (!tokens.takeWord("where")) return refuseAt(sentence, "plan.gate-syntax", next, "was not expected here", GATE_GRAMMAR);
	if (place !== "evaluate") {
		const hint = "name the slice in an evaluate gate, or gate all requests here";
		return refuseAt(sentence, "plan.slice-not-available", next, "names a slice, and slices are not judged on traffic yet", hint);
	}
	const slice = parseSlice(sentence, tokens);
	const rest = tokens.peek();
	if (!slice.ok || rest === undefined) return slice;
	return refuseAt(sentence, "plan.gate-syntax", rest, "was not expected here", 'join conditions with "and"');
}

function compileMetric({ row, word, field }: MetricWords, { businessMetrics = {} }: GateContext): GateMetric {
	if (row.name === "business") return { name: "business", metric: field!, kind: businessMetrics[field!]?.kind ?? "mean" };
	if (row.name === "error_rate") return { name: "error_rate" };
	const percentile = parsePercentile(word);
	if (percentile !== undefined) return { name: "latency", percentile };
	return field === undefined ? { name: "quality", metric: row.name } : { name: "quality", metric: row.name, field };
}
