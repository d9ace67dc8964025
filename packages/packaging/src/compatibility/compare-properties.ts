import { isDeepStrictEqual } from "node:util";
import { isSchemaObject, type SchemaObject } from "../checks/schema/schema-keywords.ts";
import { type Bump, narrowed, type SchemaChange, type Side, widened } from "./change.ts";
import type { CompareInner } from "./compare-composites.ts";

/** Differences of the properties of two objects, those of each property included. */
export function compareProperties(
	before: SchemaObject,
	after: SchemaObject,
	side: Side,
	path: string,
	inner: CompareInner,
): SchemaChange[] {
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
		changes.push(addition(`${path}.${name}`, side, nextRequired.has(name), next[name], isOpen(before)));
	}
	for (const name of Object.keys(old)) {
		if (!Object.hasOwn(next, name)) continue;
		const [was, is] = [oldRequired.has(name), nextRequired.has(name)];
		if (was && !is) changes.push({ path: `${path}.${name}`, what: "no longer required", bump: widened(side) });
		if (!was && is) changes.push({ path: `${path}.${name}`, what: "now required", bump: narrowed(side) });
		changes.push(...inner(old[name], next[name], `${path}.${name}`));
	}
	for (const name of new Set([...oldRequired, ...nextRequired])) {
		if (Object.hasOwn(old, name) || Object.hasOwn(next, name) || oldRequired.has(name) === nextRequired.has(name)) continue;
		const is = nextRequired.has(name);
		changes.push({
			path: `${path}.${name}`,
			what: is ? "now required" : "no longer required",
			bump: is ? narrowed(side) : widened(side),
		});
	}
	return [...changes, ...compareOrder(old, next, path), ...compareOthers(before, after, side, path, inner)];
}

/** A required one breaks old requests with a default as without: a default is a remark, nothing fills it in. */
function addition(path: string, side: Side, required: boolean, schema: unknown, wasOpen: boolean): SchemaChange {
	const hasDefault = isSchemaObject(schema) && Object.hasOwn(schema, "default");
	const what = required
		? `added and required${hasDefault && side === "input" ? " (nothing fills in its default)" : ""}`
		: "added";
	if (side === "input") return { path, what, bump: required ? "major" : "minor" };
	return { path, what: wasOpen ? what : `${what} where others were refused`, bump: wasOpen ? "minor" : "major" };
}

/** Clients of the tensor protocols may read by position. */
function compareOrder(old: SchemaObject, next: SchemaObject, path: string): SchemaChange[] {
	const tensors = (properties: SchemaObject, others: SchemaObject): string[] =>
		Object.keys(properties).filter(
			(name) => Object.hasOwn(others, name) && isSchemaObject(properties[name]) && "x-tensor" in properties[name],
		);
	const [was, is] = [tensors(old, next), tensors(next, old)];
	if (was.length !== is.length || was.every((name, index) => name === is[index])) return [];
	const first = was.findIndex((name, index) => name !== is[index]);
	const what = `the order of the tensors changed: ${is[first]} now stands where ${was[first]} stood, which misleads clients that go by position`;
	return [{ path, what, bump: "patch", warn: true }];
}

function compareOthers(before: SchemaObject, after: SchemaObject, side: Side, path: string, inner: CompareInner): SchemaChange[] {
	const [was, is] = [before["additionalProperties"] ?? true, after["additionalProperties"] ?? true];
	if (isDeepStrictEqual(was, is)) return [];
	if (was === false) return [{ path, what: "additional properties allowed", bump: widened(side) }];
	if (is === false) return [{ path, what: "additional properties refused", bump: narrowed(side) }];
	return inner(was, is, `${path}.*`);
}

/** One property went and one of the same meaning came: a rename, which breaks every caller. */
function renamedProperty(
	old: SchemaObject,
	next: SchemaObject,
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

function propertiesOf(schema: SchemaObject): SchemaObject {
	return isSchemaObject(schema["properties"]) ? schema["properties"] : {};
}

function requiredOf(schema: SchemaObject): Set<string> {
	return new Set(Array.isArray(schema["required"]) ? schema["required"].map(String) : []);
}

function isOpen(schema: SchemaObject): boolean {
	return schema["additionalProperties"] !== false;
}
