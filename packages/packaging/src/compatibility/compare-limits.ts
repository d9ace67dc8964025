import { isDeepStrictEqual } from "node:util";
import type { SchemaObject } from "../checks/schema/schema-keywords.ts";
import { type Bump, narrowed, type SchemaChange, type Side, shown, widened } from "./change.ts";
import { compareTensors } from "./compare-tensors.ts";
import { REMARKS } from "./normal-form.ts";

const LOWER = ["minLength", "minItems", "minProperties", "minContains"];
const UPPER = ["maxLength", "maxItems", "maxProperties", "maxContains"];
/** Meaning that types do not show: a change of it surprises both sides. */
const MEANING = ["x-units", "x-labels", "x-range", "x-calibration"];

/** Keywords this module judges. */
export const JUDGED: ReadonlySet<string> = new Set([
	...[...LOWER, ...UPPER, ...MEANING, ...REMARKS],
	...["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"],
	...["type", "enum", "multipleOf", "pattern", "uniqueItems", "default", "x-tensor", "x-embedding"],
]);

type Add = (what: string, bump: Bump) => void;

/** Differences of one schema itself, without its properties and items. */
export function compareLimits(before: SchemaObject, after: SchemaObject, side: Side, path: string): SchemaChange[] {
	const changes: SchemaChange[] = [];
	const add: Add = (what, bump) => void changes.push({ path, what, bump });
	const step = (key: string): string => `${key} ${shown(before[key])} -> ${shown(after[key])}`;
	compareSets(typesOf(before), typesOf(after), "type", side, add);
	compareSets(enumOf(before), enumOf(after), "enum", side, add);
	compareBounds(before, after, "minimum", side, add);
	compareBounds(before, after, "maximum", side, add);
	for (const [keys, wider] of [
		[LOWER, -1],
		[UPPER, 1],
	] as const) {
		for (const key of keys) {
			if (before[key] === after[key]) continue;
			const none = wider === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
			const difference = Math.sign(Number(after[key] ?? none) - Number(before[key] ?? none));
			add(step(key), difference === wider ? widened(side) : narrowed(side));
		}
	}
	if (before["multipleOf"] !== after["multipleOf"]) add(step("multipleOf"), multipleBump(before, after, side));
	if (before["pattern"] !== after["pattern"]) {
		const bump = after["pattern"] === undefined ? widened(side) : before["pattern"] === undefined ? narrowed(side) : "major";
		add(step("pattern"), bump);
	}
	if ((before["uniqueItems"] ?? false) !== (after["uniqueItems"] ?? false)) {
		add(step("uniqueItems"), after["uniqueItems"] === true ? narrowed(side) : widened(side));
	}
	compareMeaning(before, after, add);
	if (!isDeepStrictEqual(before["default"], after["default"])) add(step("default"), "minor");
	// The gateway checks no format; callers may read it all the same.
	if (before["format"] !== after["format"])
		add(
			step("format"),
			after["format"] === undefined ? widened(side) : before["format"] === undefined ? narrowed(side) : "major",
		);
	for (const key of REMARKS) {
		if (key === "format" || key === "$defs" || key === "definitions" || isDeepStrictEqual(before[key], after[key])) continue;
		add(`${key} changed`, "patch");
	}
	return [...changes, ...compareTensors(before, after, side, path), ...compareEmbedding(before, after, path)];
}

/** Stated for the first time it cannot be held against anything; taken away it cannot be any more. */
function compareMeaning(before: SchemaObject, after: SchemaObject, add: Add): void {
	for (const key of MEANING) {
		if (isDeepStrictEqual(before[key], after[key])) continue;
		const first = before[key] === undefined;
		add(`${key} ${shown(before[key])} -> ${shown(after[key])}`, first ? "minor" : "major");
	}
}

/** Vectors of another family or another length cannot be compared with those that are stored. */
function compareEmbedding(before: SchemaObject, after: SchemaObject, path: string): SchemaChange[] {
	const [was, is] = [before["x-embedding"], after["x-embedding"]];
	if (was === undefined && is === undefined) return [];
	const changes: SchemaChange[] = [];
	if (was === undefined) changes.push({ path, what: `x-embedding none -> ${shown(is)}`, bump: "minor" });
	else if (was !== is)
		changes.push({
			path,
			what: `x-embedding ${shown(was)} -> ${shown(is)}: every stored vector has to be made again`,
			bump: "major",
		});
	const [old, next] = [lengthOf(before), lengthOf(after)];
	if (old !== undefined && next !== undefined && old !== next) {
		changes.push({
			path,
			what: `embedding dimension ${old} -> ${next}: every stored vector has to be made again`,
			bump: "major",
		});
	}
	return changes;
}

function lengthOf(schema: SchemaObject): number | undefined {
	const shape = (schema["x-tensor"] as { shape?: number[] } | undefined)?.shape;
	if (Array.isArray(shape) && shape.length > 0) return shape.at(-1);
	return schema["minItems"] === schema["maxItems"] ? (schema["maxItems"] as number | undefined) : undefined;
}

/** `minimum` and `exclusiveMinimum` are one bound, and so above. */
function compareBounds(before: SchemaObject, after: SchemaObject, key: "minimum" | "maximum", side: Side, add: Add): void {
	const [old, next] = [boundOf(before, key), boundOf(after, key)];
	if (old.value === next.value && old.exclusive === next.exclusive) return;
	const sign = key === "maximum" ? 1 : -1;
	const wider = old.value === next.value ? old.exclusive : sign * (next.value - old.value) > 0;
	add(`${key} ${shownBound(old)} -> ${shownBound(next)}`, wider ? widened(side) : narrowed(side));
}

interface Bound {
	readonly value: number;
	readonly exclusive: boolean;
}

function boundOf(schema: SchemaObject, key: "minimum" | "maximum"): Bound {
	const sign = key === "maximum" ? 1 : -1;
	const open = sign * Number.POSITIVE_INFINITY;
	const value = typeof schema[key] === "number" ? schema[key] : open;
	const word = key === "maximum" ? "exclusiveMaximum" : "exclusiveMinimum";
	const edge = typeof schema[word] === "number" ? schema[word] : open;
	return sign * edge <= sign * value && Number.isFinite(edge) ? { value: edge, exclusive: true } : { value, exclusive: false };
}

function shownBound({ value, exclusive }: Bound): string {
	return Number.isFinite(value) ? `${value}${exclusive ? " (itself not)" : ""}` : "none";
}

/** Undefined stands for every value. */
function compareSets(before: Set<string> | undefined, after: Set<string> | undefined, name: string, side: Side, add: Add): void {
	if (before === undefined && after === undefined) return;
	const gained =
		after === undefined ? ["anything"] : before === undefined ? [] : [...after].filter((value) => !before.has(value));
	const lost = before === undefined ? ["anything"] : after === undefined ? [] : [...before].filter((value) => !after.has(value));
	if (gained.length > 0) add(`${name} gains ${named(gained)}`, widened(side));
	if (lost.length > 0) add(`${name} loses ${named(lost)}`, narrowed(side));
}

const MAX_NAMED = 8;

function named(values: readonly string[]): string {
	const first = values.slice(0, MAX_NAMED).map((value) => (value.length > 60 ? `${value.slice(0, 57)}...` : value));
	return `${first.join(", ")}${values.length > MAX_NAMED ? ` and ${values.length - MAX_NAMED} more` : ""}`;
}

/** A number includes every integer; an enumeration has the types of its values. */
function typesOf(schema: SchemaObject): Set<string> | undefined {
	const stated = schema["type"] ?? (Array.isArray(schema["enum"]) ? schema["enum"].map(typeOf) : undefined);
	if (stated === undefined) return undefined;
	const types = new Set([stated].flat().map(String));
	if (types.has("number")) types.add("integer");
	return types;
}

function typeOf(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "array";
	return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}

function enumOf(schema: SchemaObject): Set<string> | undefined {
	return Array.isArray(schema["enum"]) ? new Set(schema["enum"].map((value) => JSON.stringify(value))) : undefined;
}

function multipleBump(before: SchemaObject, after: SchemaObject, side: Side): Bump {
	const [old, next] = [before["multipleOf"] as number | undefined, after["multipleOf"] as number | undefined];
	if (next === undefined || (old !== undefined && old % next === 0)) return widened(side);
	return old === undefined || next % old === 0 ? narrowed(side) : "major";
}
