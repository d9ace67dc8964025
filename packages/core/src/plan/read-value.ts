import { parseDurationMs, renderDuration } from "../kernel/duration.ts";
import { nearestWord } from "../kernel/nearest.ts";
import { shiftDecimal } from "./decimal.ts";
import { clip } from "./gate-sentence.ts";
import type { RefusalList } from "./refusal-list.ts";

/** A closed range; `above` excludes its lower end. */
export interface Range {
	readonly min: number;
	readonly max: number;
	readonly above?: boolean;
}

export type RawMap = Readonly<Record<string, unknown>>;

/** Each reader answers undefined after noting what is wrong; a missing value (undefined or null) is the caller's to decide. */
export function readMap(list: RefusalList, value: unknown, path: string): RawMap | undefined {
	if (isMap(value)) return value;
	return list.addShared("invalid-value", `${nameOf(path)} is ${show(value)}, not a map`, "write key: value pairs", path);
}

export function isMap(value: unknown): value is RawMap {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || prototype === Object.prototype;
}

export function readList(list: RefusalList, value: unknown, path: string, maxLength: number): readonly unknown[] | undefined {
	if (!Array.isArray(value)) {
		return list.addShared(
			"invalid-value",
			`${nameOf(path)} is ${show(value)}, not a list`,
			"write [ ... ], or one - per line",
			path,
		);
	}
	if (value.length <= maxLength) return value;
	return list.addShared(
		"out-of-range",
		`${nameOf(path)} has ${value.length} entries, above ${maxLength}`,
		"leave some out",
		path,
	);
}

export function readText(list: RefusalList, value: unknown, path: string, maxLength = 200): string | undefined {
	if (typeof value !== "string" || value.trim() === "") {
		return list.addShared(
			"invalid-value",
			`${nameOf(path)} is ${show(value)}, not a text`,
			"write some text, in quotes if in doubt",
			path,
		);
	}
	if (value.length <= maxLength) return value.trim();
	return list.addShared("out-of-range", `${nameOf(path)} is longer than ${maxLength} characters`, "make it shorter", path);
}

/** Reads `10%` as 10. A bare number is refused: 0.1 could mean 0.1% or 10%. */
export function readPercent(list: RefusalList, value: unknown, path: string, range: Range): number | undefined {
	const digits = typeof value === "string" ? /^(-?\d+(?:\.\d+)?)\s?%$/.exec(value.trim())?.[1] : undefined;
	if (digits === undefined) {
		const hint = typeof value === "number" ? `write the percent sign: ${value}%` : "write a percentage such as 10%";
		return list.addShared("invalid-value", `${nameOf(path)} is ${show(value)}, not a percentage`, hint, path);
	}
	return within(list, Number(digits), range, path, `${digits}%`, (end) => `${end}%`);
}

/** Reads `1%` as 0.01. */
export function readRatio(list: RefusalList, value: unknown, path: string, range: Range): number | undefined {
	const percent = readPercent(list, value, path, range);
	return percent === undefined ? undefined : shiftDecimal(percent, -2);
}

export function readDurationMs(list: RefusalList, value: unknown, path: string, range: Range): number | undefined {
	const ms = typeof value === "string" ? parseDurationMs(value) : undefined;
	if (ms === undefined) {
		const hint =
			typeof value === "number"
				? `write the unit: ${value}s or ${value}ms`
				: "write a duration such as 250ms, 90s, 5m, 24h, 3d or 1w";
		return list.addShared("invalid-value", `${nameOf(path)} is ${show(value)}, not a duration`, hint, path);
	}
	return within(list, ms, range, path, String(value).trim(), renderDuration);
}

export function readInteger(list: RefusalList, value: unknown, path: string, range: Range): number | undefined {
	if (typeof value === "number" && Number.isInteger(value)) return within(list, value, range, path, String(value), String);
	return list.addShared(
		"invalid-value",
		`${nameOf(path)} is ${show(value)}, not a whole number`,
		"write a whole number without quotes",
		path,
	);
}

export function readChoice<T extends string>(
	list: RefusalList,
	value: unknown,
	path: string,
	known: readonly T[],
): T | undefined {
	const found = known.find((choice) => choice === value);
	if (found !== undefined) return found;
	const nearest = typeof value === "string" ? nearestWord(value, known) : undefined;
	const hint = nearest === undefined ? `write one of ${known.join(", ")}` : `did you mean ${nearest}?`;
	return list.addShared("invalid-value", `${nameOf(path)} is ${show(value)}, not one of ${known.join(", ")}`, hint, path);
}

function within(
	list: RefusalList,
	value: number,
	range: Range,
	path: string,
	written: string,
	write: (end: number) => string,
): number | undefined {
	const say = (problem: string, hint: string) =>
		list.addShared("out-of-range", `${nameOf(path)} ${written} is ${problem}`, hint, path);
	const hint = `write a value ${range.above ? "above" : "from"} ${write(range.min)} ${range.above ? "and up to" : "to"} ${write(range.max)}`;
	if (!(value <= range.max)) return say(`above ${write(range.max)}`, hint);
	if (range.above ? value <= range.min : value < range.min)
		return say(`${range.above ? "not above" : "below"} ${write(range.min)}`, hint);
	return value;
}

/** The last key of a path, as people call the value: `weight` of `plan[1].canary.weight`. */
function nameOf(path: string): string {
	return path.slice(path.lastIndexOf(".") + 1);
}

/** Any value in a few words, for messages. */
export function show(value: unknown): string {
	if (value === undefined || value === null) return "empty";
	if (typeof value === "string") return `"${clip(value).slice(0, 60)}"`;
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	if (Array.isArray(value)) return "a list";
	return typeof value === "object" ? "a map" : `a ${typeof value}`;
}
