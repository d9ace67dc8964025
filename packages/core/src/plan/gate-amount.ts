import { accept, type Result } from "../kernel/refusal.ts";
import { shiftDecimal } from "./decimal.ts";
import { type GateSentence, refuseAt, refuseGate } from "./gate-sentence.ts";
import type { GateToken, TokenReader } from "./gate-tokens.ts";
import type { MetricRow } from "./metric-table.ts";

/** A number with its unit, in the metric's own measure: a ratio, microseconds, or as written. */
export interface Amount {
	/** `relative`: a share of the champion's value. */
	readonly kind: "relative" | "absolute";
	readonly value: number;
	readonly token: Pick<GateToken, "text" | "column">;
}

const MICROSECOND_PLACES: Readonly<Record<string, number>> = { us: 0, ms: 3, s: 6 };
/** One hour: no answer takes longer, so a larger bound could never fail. */
const MAX_LATENCY_US = 3_600_000_000;
/** Ten times the champion: what tolerates more tolerates anything. */
const MAX_RELATIVE = 9;

/** Reads NUMBER [UNIT]; `tolerance` is true behind `champion +`, where % is relative and pp absolute. */
export function parseAmount(
	sentence: GateSentence,
	tokens: TokenReader,
	row: MetricRow,
	metric: string,
	tolerance: boolean,
): Result<Amount> {
	const example = exampleAmount(row, tolerance);
	const first = tokens.take();
	if (first === undefined) {
		const wanted = tolerance ? "a tolerance" : "a bound";
		return refuseGate(sentence, "plan.gate-syntax", `it ends at column ${tokens.column} where ${wanted} is expected`, example);
	}
	if (first.kind === "sign" && !tolerance) {
		return refuseAt(sentence, "plan.gate-range", first, `makes the bound of ${metric} negative`, example);
	}
	if (first.kind !== "number") return refuseAt(sentence, "plan.gate-syntax", first, "is not a number with a unit", example);
	const next = tokens.peek();
	const unit = next?.kind === "percent" || (next?.kind === "word" && next.text !== "where") ? (tokens.take()?.text ?? "") : "";
	const token = { text: `${first.text}${unit}`, column: first.column };
	const amount = convert(Number(first.text), unit, row, tolerance);
	if (amount === undefined) {
		const problem =
			unit === "" ? "has no unit" : isUnit(unit) ? `does not fit ${metric}: ${WRITTEN[row.unit]}` : "is not a known unit";
		return refuseAt(
			sentence,
			"plan.gate-unit",
			unit === "" || isUnit(unit) ? token : { text: unit, column: next?.column ?? 1 },
			problem,
			example,
		);
	}
	const limit = limitOf(amount.kind, row);
	if (amount.value > limit.value) return refuseAt(sentence, "plan.gate-range", token, `is above ${limit.text}`, example);
	if (row.unit === "duration" && amount.kind === "absolute" && !Number.isInteger(amount.value)) {
		return refuseAt(sentence, "plan.gate-range", token, "is finer than a microsecond", example);
	}
	return accept({ ...amount, token });
}

const WRITTEN = { ratio: "it is a share of 0% to 100%", duration: "it is a time in us, ms or s", number: "it is a plain number" };

function convert(number: number, unit: string, row: MetricRow, tolerance: boolean): Pick<Amount, "kind" | "value"> | undefined {
	if (tolerance && unit === "%") return { kind: "relative", value: shiftDecimal(number, -2) };
	if (row.unit === "duration") {
		const places = Object.hasOwn(MICROSECOND_PLACES, unit) ? MICROSECOND_PLACES[unit] : undefined;
		return places === undefined ? undefined : { kind: "absolute", value: shiftDecimal(number, places) };
	}
	if (row.unit === "ratio" && unit === (tolerance ? "pp" : "%")) return { kind: "absolute", value: shiftDecimal(number, -2) };
	// A bare `error_rate <= 1` could mean 1% or 100%, so counts of failures always need their unit.
	if (unit === "" && row.name !== "error_rate") return { kind: "absolute", value: number };
	return undefined;
}

function limitOf(kind: Amount["kind"], row: MetricRow): { value: number; text: string } {
	if (kind === "relative") return { value: MAX_RELATIVE, text: "900%, ten times the champion" };
	if (row.unit === "ratio") return { value: 1, text: "100%" };
	if (row.unit === "duration") return { value: MAX_LATENCY_US, text: "one hour" };
	return { value: 1e12, text: "1000000000000" };
}

function isUnit(text: string): boolean {
	return text === "%" || text === "pp" || Object.hasOwn(MICROSECOND_PLACES, text);
}

/** What the person could have written there. */
export function exampleAmount(row: MetricRow, tolerance: boolean): string {
	if (row.unit === "duration")
		return tolerance ? 'write "champion + 20%" or "champion + 5ms"' : 'write a time such as "250ms" (us, ms or s)';
	if (row.unit === "number") return tolerance ? 'write "champion - 2%"' : 'write a number such as "0.2"';
	if (row.harm === "low") return tolerance ? 'write "champion - 1pp"' : 'write a share such as "80%" or "0.8"';
	return tolerance ? 'write "champion + 0.1pp" or "champion + 50%"' : 'write a share such as "1%"';
}
