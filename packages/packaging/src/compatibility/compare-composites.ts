import { isDeepStrictEqual } from "node:util";
import { isSchemaObject, type SchemaObject } from "../checks/schema/schema-keywords.ts";
import { narrowed, type SchemaChange, type Side, widened } from "./change.ts";

/** Keywords that only refuse more: to add one narrows, to take it away widens, a change of it cannot be compared. */
const RESTRICTING = [
	...["not", "if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies", "propertyNames", "contains"],
	...["unevaluatedProperties", "unevaluatedItems", "patternProperties", "$ref", "$dynamicRef"],
];
export const COMPOSITES: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", ...RESTRICTING]);

/** Compares two schemas inside the ones that are compared. */
export type CompareInner = (before: unknown, after: unknown, path: string) => SchemaChange[];

/** Differences of schemas made of schemas. */
export function compareComposites(
	before: SchemaObject,
	after: SchemaObject,
	side: Side,
	path: string,
	inner: CompareInner,
): SchemaChange[] {
	const changes: SchemaChange[] = [];
	for (const key of RESTRICTING) {
		if (isDeepStrictEqual(before[key], after[key])) continue;
		if (key === "patternProperties") changes.push(unknownChange(path, key));
		else if (before[key] === undefined) changes.push({ path, what: `${key} added`, bump: narrowed(side) });
		else if (after[key] === undefined) changes.push({ path, what: `${key} taken away`, bump: widened(side) });
		else changes.push(unknownChange(path, key));
	}
	for (const key of ["allOf", "anyOf", "oneOf"] as const) {
		if (!isDeepStrictEqual(before[key], after[key])) changes.push(...compareBranches(before, after, key, side, path, inner));
	}
	return changes;
}

/** The words for what nobody can judge: never silently compatible. */
export function unknownChange(path: string, key: string): SchemaChange {
	return { path, what: `${key} changed, which cannot be compared, so it is taken as breaking`, bump: "major" };
}

function compareBranches(
	before: SchemaObject,
	after: SchemaObject,
	key: "allOf" | "anyOf" | "oneOf",
	side: Side,
	path: string,
	inner: CompareInner,
): SchemaChange[] {
	const [old, next] = [listOf(before[key]), listOf(after[key])];
	if (old === undefined || next === undefined) {
		const added = old === undefined;
		return [{ path, what: `${key} ${added ? "added" : "taken away"}`, bump: added ? narrowed(side) : widened(side) }];
	}
	if (key === "oneOf" && !(areApart(old) && areApart(next))) return [unknownChange(path, key)];
	const gone = old.filter((branch) => !next.some((other) => isDeepStrictEqual(branch, other)));
	const come = next.filter((branch) => !old.some((other) => isDeepStrictEqual(branch, other)));
	const changes: SchemaChange[] = [];
	while (gone.length > 0 && come.length > 0) {
		// A branch that was changed is the one of the same kind, else the one that stands first.
		const same = come.findIndex((branch) => kindOf(branch) === kindOf(gone[0]));
		if (same === -1 && gone.length !== come.length) break;
		const [twin] = come.splice(Math.max(same, 0), 1);
		changes.push(...inner(gone.shift(), twin, `${path}(${key})`));
	}
	const restricts = key === "allOf";
	if (come.length > 0)
		changes.push({ path, what: `${key} gains ${come.length}`, bump: restricts ? narrowed(side) : widened(side) });
	if (gone.length > 0)
		changes.push({ path, what: `${key} loses ${gone.length}`, bump: restricts ? widened(side) : narrowed(side) });
	return changes;
}

function listOf(value: unknown): unknown[] | undefined {
	return Array.isArray(value) ? value : undefined;
}

/** Whether no value can fit two of them: then exactly one is as good as any. */
function areApart(branches: readonly unknown[]): boolean {
	const seen = new Set<string>();
	for (const branch of branches) {
		if (!isSchemaObject(branch) || branch["type"] === undefined) return false;
		for (const type of [branch["type"]].flat().map(String)) {
			const name = type === "integer" ? "number" : type;
			if (seen.has(name)) return false;
			seen.add(name);
		}
	}
	return true;
}

function kindOf(branch: unknown): string {
	if (!isSchemaObject(branch)) return String(branch);
	return JSON.stringify([branch["$ref"], branch["type"], branch["title"]]);
}
