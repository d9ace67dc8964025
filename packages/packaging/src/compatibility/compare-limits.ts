import { isDeepStrictEqual } from "node:util";
import { type Bump, narrowed, type SchemaChange, type Side, widened } from "./change.ts";

export type Schema = { readonly [keyword: string]: unknown };

const LOWER = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const UPPER = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
/** Meaning that types do not show: any change surprises both sides. */
const MEANING = ["x-units", "x-labels", "x-range"];
const REMARKS = ["title", "description", "examples", "$comment", "$id", "$schema", "deprecated"];
/** Tensor types whose values all fit into the new type. */
const WIDER = new Set(["FP16 FP32", "INT32 INT64"]);

/** Keywords this module judges; others, when they differ, cannot be compared. */
export const JUDGED = new Set([
	...[...LOWER, ...UPPER, ...MEANING, ...REMARKS],
	...["type", "enum", "const", "multipleOf", "pattern", "format", "uniqueItems", "default", "x-tensor"],
]);

/** Differences of one schema node itself, without its properties and items. */
export function compareNode(before: Schema, after: Schema, side: Side, path: string): SchemaChange[] {
	const changes: SchemaChange[] = [];
	const add = (what: string, bump: Bump): void => void changes.push({ path, what, bump });
	const step = (key: string): string => `${key} ${shown(before[key])} -> ${shown(after[key])}`;
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
	compareSets(typesOf(before), typesOf(after), "type", side, add);
	compareSets(enumOf(before), enumOf(after), "enum", side, add);
	if (before["multipleOf"] !== after["multipleOf"]) add(step("multipleOf"), multipleBump(before, after, side));
	for (const key of ["pattern", "format"]) {
		if (before[key] === after[key]) continue;
		add(step(key), after[key] === undefined ? widened(side) : before[key] === undefined ? narrowed(side) : "major");
	}
	if ((before["uniqueItems"] ?? false) !== (after["uniqueItems"] ?? false)) {
		add(step("uniqueItems"), after["uniqueItems"] === true ? narrowed(side) : widened(side));
	}
	for (const key of MEANING) if (!isDeepStrictEqual(before[key], after[key])) add(step(key), "major");
	if (!isDeepStrictEqual(before["default"], after["default"])) add(step("default"), "minor");
	for (const key of REMARKS) if (!isDeepStrictEqual(before[key], after[key])) add(`${key} changed`, "patch");
	compareTensors(before["x-tensor"] as Tensor | undefined, after["x-tensor"] as Tensor | undefined, side, add);
	return changes;
}

type Add = (what: string, bump: Bump) => void;
type Tensor = { readonly datatype?: string; readonly shape?: readonly number[] };

/** Undefined stands for every value. */
function compareSets(before: Set<string> | undefined, after: Set<string> | undefined, name: string, side: Side, add: Add): void {
	if (before === undefined && after === undefined) return;
	const gained =
		after === undefined ? ["anything"] : before === undefined ? [] : [...after].filter((value) => !before.has(value));
	const lost = before === undefined ? ["anything"] : after === undefined ? [] : [...before].filter((value) => !after.has(value));
	if (gained.length > 0) add(`${name} gains ${gained.join(", ")}`, widened(side));
	if (lost.length > 0) add(`${name} loses ${lost.join(", ")}`, narrowed(side));
}

/** A number includes every integer. */
function typesOf(schema: Schema): Set<string> | undefined {
	if (schema["type"] === undefined) return undefined;
	const types = new Set([schema["type"]].flat().map(String));
	if (types.has("number")) types.add("integer");
	return types;
}

function enumOf(schema: Schema): Set<string> | undefined {
	if ("const" in schema) return new Set([JSON.stringify(schema["const"])]);
	return Array.isArray(schema["enum"]) ? new Set(schema["enum"].map((value) => JSON.stringify(value))) : undefined;
}

function multipleBump(before: Schema, after: Schema, side: Side): Bump {
	const [old, next] = [before["multipleOf"] as number | undefined, after["multipleOf"] as number | undefined];
	if (next === undefined || (old !== undefined && old % next === 0)) return widened(side);
	return old === undefined || next % old === 0 ? narrowed(side) : "major";
}

function compareTensors(before: Tensor | undefined, after: Tensor | undefined, side: Side, add: Add): void {
	if (before?.datatype !== after?.datatype) {
		const widening = side === "input" && WIDER.has(`${before?.datatype} ${after?.datatype}`);
		add(`tensor type ${before?.datatype ?? "none"} -> ${after?.datatype ?? "none"}`, widening ? "minor" : "major");
	}
	const [old, next] = [before?.shape, after?.shape];
	if (isDeepStrictEqual(old, next)) return;
	const freed =
		old !== undefined && next !== undefined && old.length === next.length && next.every((dim, i) => dim === old[i] || dim === -1);
	add(`tensor shape ${shown(old)} -> ${shown(next)}`, freed ? widened(side) : "major");
}

function shown(value: unknown): string {
	if (value === undefined) return "none";
	const text = JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
