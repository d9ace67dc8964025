import { isDeepStrictEqual } from "node:util";
import { isSchemaObject, type SchemaObject } from "../checks/schema/schema-keywords.ts";
import { resolveReference } from "../checks/schema/walk-schema.ts";

/** Remarks: they change no value that is allowed. */
export const REMARKS: ReadonlySet<string> = new Set([
	...["title", "description", "examples", "$comment", "$id", "$schema", "$defs", "definitions", "$anchor", "$dynamicAnchor"],
	...["deprecated", "readOnly", "writeOnly", "format", "contentEncoding", "contentMediaType", "contentSchema", "x-sensitive"],
]);

const MAX_REFERENCES = 32;

/**
 * One spelling for schemas that say the same: references replaced by what they point at, `const` as an `enum` of one, a choice of
 * constants as one `enum`, a choice between a type and null as two types, nested single choices opened. `true` is `{}`, `false` is undefined.
 */
export function normalForm(schema: unknown, root: unknown): SchemaObject | undefined {
	if (schema === false) return undefined;
	if (!isSchemaObject(schema)) return {};
	let node: SchemaObject = schema;
	for (let steps = 0; typeof node["$ref"] === "string"; steps++) {
		const target = resolveReference(root, node["$ref"]);
		if (steps >= MAX_REFERENCES || (target !== true && !isSchemaObject(target))) break;
		const { $ref: _, ...siblings } = node;
		const merged = merge(target === true ? {} : target, siblings);
		if (merged === undefined) break;
		node = merged;
	}
	return opened(constants(node), root);
}

/** What a schema that is nothing but a reference stands for; else the schema itself. */
export function referent(schema: unknown, root: unknown): unknown {
	let node = schema;
	for (let steps = 0; steps < MAX_REFERENCES; steps++) {
		if (!isSchemaObject(node) || typeof node["$ref"] !== "string" || Object.keys(node).length > 1) break;
		node = resolveReference(root, node["$ref"]);
	}
	return node;
}

/** Both at once; undefined where they speak of the same keyword differently. Remarks beside a reference win. */
function merge(target: SchemaObject, siblings: SchemaObject): SchemaObject | undefined {
	for (const key of Object.keys(siblings)) {
		if (REMARKS.has(key) || !Object.hasOwn(target, key) || isDeepStrictEqual(siblings[key], target[key])) continue;
		return undefined;
	}
	return { ...target, ...siblings };
}

function constants(node: SchemaObject): SchemaObject {
	if (Object.hasOwn(node, "const") && !Object.hasOwn(node, "enum")) {
		const { const: value, ...rest } = node;
		return { ...rest, enum: [value] };
	}
	return node;
}

/** `anyOf` and `oneOf` where they can be said without. */
function opened(node: SchemaObject, root: unknown): SchemaObject {
	for (const key of ["anyOf", "oneOf"]) {
		const branches = node[key];
		if (!Array.isArray(branches) || branches.length === 0) continue;
		const { [key]: _, ...rest } = node;
		if (
			Object.keys(rest).some((other) => !REMARKS.has(other) && !other.startsWith("x-") && other !== "default" && other !== "type")
		)
			continue;
		const parts = branches.map((branch) => normalForm(branch, root));
		const asEnum = joinedEnum(parts, key === "oneOf");
		if (asEnum !== undefined) return { ...rest, enum: asEnum };
		const asTypes = "type" in rest ? undefined : withNull(parts);
		if (asTypes !== undefined) return { ...asTypes, ...rest };
	}
	return node;
}

function joinedEnum(parts: readonly (SchemaObject | undefined)[], exclusive: boolean): unknown[] | undefined {
	const values: unknown[] = [];
	for (const part of parts) {
		const own = part?.["enum"];
		if (!Array.isArray(own) || Object.keys(part!).some((key) => key !== "enum" && key !== "type" && !REMARKS.has(key)))
			return undefined;
		if (exclusive && own.some((value) => values.some((known) => isDeepStrictEqual(value, known)))) return undefined;
		values.push(...own);
	}
	return values;
}

/** `[X, { type: "null" }]` as X that may be null. */
function withNull(parts: readonly (SchemaObject | undefined)[]): SchemaObject | undefined {
	if (parts.length !== 2) return undefined;
	const isNull = (part: SchemaObject | undefined): boolean => part?.["type"] === "null";
	const other = parts.find((part) => !isNull(part));
	if (other === undefined || !parts.some(isNull) || other["type"] === undefined) return undefined;
	if (Array.isArray(other["enum"])) return { ...other, type: [other["type"], "null"].flat(), enum: [...other["enum"], null] };
	return { ...other, type: [other["type"], "null"].flat() };
}
