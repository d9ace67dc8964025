import { isDeepStrictEqual } from "node:util";
import { type Bump, narrowed, type SchemaChange, type Side, widened } from "./change.ts";
import { compareNode, JUDGED, type Schema } from "./compare-limits.ts";

const WALKED = new Set(["properties", "required", "additionalProperties", "items", "prefixItems"]);
const MAX_DEPTH = 32;

/**
 * Every difference between the champion's schema and the new one. Input is contravariant: the new version must take all that
 * the old one took. Output is covariant: it must not give what the old one never gave. What cannot be compared counts as major.
 */
export function compareSchemas(before: unknown, after: unknown, side: Side): SchemaChange[] {
	return compare(before, after, side, side, 0);
}

function compare(before: unknown, after: unknown, side: Side, path: string, depth: number): SchemaChange[] {
	if (isDeepStrictEqual(before, after)) return [];
	if (!isSchema(before) || !isSchema(after) || depth > MAX_DEPTH) {
		if (after === true || (isSchema(after) && Object.keys(after).length === 0))
			return [{ path, what: "allows anything", bump: widened(side) }];
		return [{ path, what: "cannot be compared, so it is taken as breaking", bump: "major" }];
	}
	const changes = compareNode(before, after, side, path);
	for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
		if (JUDGED.has(key) || WALKED.has(key) || isDeepStrictEqual(before[key], after[key])) continue;
		changes.push({ path, what: `${key} changed, which cannot be compared, so it is taken as breaking`, bump: "major" });
	}
	changes.push(...compareProperties(before, after, side, path, depth));
	if (!isDeepStrictEqual(before["items"], after["items"])) {
		changes.push(...compare(before["items"] ?? true, after["items"] ?? true, side, `${path}[]`, depth + 1));
	}
	if (!isDeepStrictEqual(before["prefixItems"], after["prefixItems"])) {
		changes.push({ path, what: "prefixItems changed, which cannot be compared, so it is taken as breaking", bump: "major" });
	}
	return changes;
}

function compareProperties(before: Schema, after: Schema, side: Side, path: string, depth: number): SchemaChange[] {
	const [old, next] = [propertiesOf(before), propertiesOf(after)];
	const [oldRequired, nextRequired] = [requiredOf(before), requiredOf(after)];
	const removed = Object.keys(old).filter((name) => !Object.hasOwn(next, name));
	const added = Object.keys(next).filter((name) => !Object.hasOwn(old, name));
	const changes: SchemaChange[] = [];
	const renamed = renamedProperty(old, next, removed, added);
	if (renamed !== undefined) changes.push({ path: `${path}.${renamed[0]}`, what: `renamed to ${renamed[1]}`, bump: "major" });
	for (const name of removed) {
		if (name === renamed?.[0]) continue;
		const bump: Bump = side === "input" && isOpen(after) ? "minor" : "major";
		changes.push({ path: `${path}.${name}`, what: "removed", bump });
	}
	for (const name of added) {
		if (name === renamed?.[1]) continue;
		const demanded = nextRequired.has(name) && !Object.hasOwn(Object(next[name]), "default");
		const bump: Bump = side === "input" ? (demanded ? "major" : "minor") : isOpen(before) ? "minor" : "major";
		changes.push({ path: `${path}.${name}`, what: demanded ? "added and required" : "added", bump });
	}
	for (const name of Object.keys(old)) {
		if (!Object.hasOwn(next, name)) continue;
		const [was, is] = [oldRequired.has(name), nextRequired.has(name)];
		if (was && !is) changes.push({ path: `${path}.${name}`, what: "no longer required", bump: widened(side) });
		if (!was && is) changes.push({ path: `${path}.${name}`, what: "now required", bump: narrowed(side) });
		changes.push(...compare(old[name], next[name], side, `${path}.${name}`, depth + 1));
	}
	if (isOpen(before) !== isOpen(after)) {
		const what = isOpen(after) ? "additional properties allowed" : "additional properties refused";
		changes.push({ path, what, bump: isOpen(after) ? widened(side) : narrowed(side) });
	} else if (isOpen(after) && !isDeepStrictEqual(before["additionalProperties"] ?? true, after["additionalProperties"] ?? true)) {
		changes.push({ path, what: "additionalProperties changed, so it is taken as breaking", bump: "major" });
	}
	return changes;
}

/** One property went and one of the same meaning came: a rename, which breaks every caller. */
function renamedProperty(
	old: Record<string, unknown>,
	next: Record<string, unknown>,
	removed: readonly string[],
	added: readonly string[],
): [string, string] | undefined {
	for (const name of removed) {
		const twin = added.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
		if (twin !== undefined) return [name, twin];
	}
	const [gone, came] = [removed[0], added[0]];
	if (removed.length !== 1 || added.length !== 1 || !isDeepStrictEqual(old[gone!], next[came!])) return undefined;
	return [gone!, came!];
}

function isSchema(value: unknown): value is Schema {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function propertiesOf(schema: Schema): Record<string, unknown> {
	return isSchema(schema["properties"]) ? (schema["properties"] as Record<string, unknown>) : {};
}

function requiredOf(schema: Schema): Set<string> {
	return new Set(Array.isArray(schema["required"]) ? schema["required"].map(String) : []);
}

function isOpen(schema: Schema): boolean {
	return schema["additionalProperties"] !== false;
}
