import { plainDecimal, shiftDecimal } from "./decimal.ts";
import { findMetric, latencyName, type MetricUnit } from "./metric-table.ts";
import type { Bound, Gate, GateMetric, SliceCondition } from "./plan.ts";

/** Writes a gate from its meaning, in the gate language; an objective appears as the number it stood for. Inverse of parseGate. */
export function renderGate(gate: Pick<Gate, "metric" | "op" | "bound" | "where">): string {
	const name = metricName(gate.metric);
	const field =
		gate.metric.name === "business" ? gate.metric.metric : gate.metric.name === "quality" ? gate.metric.field : undefined;
	const of = field === undefined ? "" : ` of ${word(field)}`;
	const where = gate.where === undefined ? "" : ` where ${gate.where.map(renderCondition).join(" and ")}`;
	return `${name}${of} ${gate.op} ${renderBound(gate.bound, findMetric(name)?.unit ?? "number", name)}${where}`;
}

/** The metric's name as written in a gate: `error_rate`, `latency_p95`, `auc`. */
export function metricName(metric: GateMetric): string {
	if (metric.name === "latency") return latencyName(metric.percentile);
	return metric.name === "quality" ? metric.metric : metric.name;
}

function renderBound(bound: Bound, unit: MetricUnit, name: string): string {
	if (bound.kind === "absolute") return renderAmount(bound.value, unit, name === "error_rate" ? "%" : "");
	const { relative, absolute } = bound;
	if (relative === 0 && absolute === 0) return "champion";
	const sign = relative < 0 || absolute < 0 ? "-" : "+";
	if (relative !== 0) return `champion ${sign} ${plainDecimal(shiftDecimal(Math.abs(relative), 2))}%`;
	return `champion ${sign} ${renderAmount(Math.abs(absolute), unit, "pp")}`;
}

/** `percent` is how a ratio is written: "%", "pp", or "" for a bare number. */
function renderAmount(value: number, unit: MetricUnit, percent: "%" | "pp" | ""): string {
	if (unit === "duration") return renderMicroseconds(value);
	return unit === "ratio" && percent !== "" ? `${plainDecimal(shiftDecimal(value, 2))}${percent}` : plainDecimal(value);
}

/** Writes whole microseconds in the largest unit that keeps them exact: `250ms`, `1.5s` as `1500ms`, `75us`. */
export function renderMicroseconds(us: number): string {
	if (us % 1_000_000 === 0) return `${us / 1_000_000}s`;
	return us % 1_000 === 0 ? `${us / 1_000}ms` : `${us}us`;
}

function renderCondition({ field, op, value }: SliceCondition): string {
	if (typeof value === "string") return `${word(field)}${op}${word(value)}`;
	return `${word(field)}${op}${value < 0 ? "-" : ""}${plainDecimal(Math.abs(value))}`;
}

/** Quotes what is not a plain word. A text never holds both kinds of quotes, since it was read from between one kind. */
function word(text: string): string {
	if (/^[A-Za-z_][A-Za-z0-9_.]*$/.test(text)) return text;
	return text.includes('"') ? `'${text}'` : `"${text}"`;
}
