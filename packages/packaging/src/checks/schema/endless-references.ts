import { isSchemaObject, type SchemaObject } from "./schema-keywords.ts";
import { resolveReference, type SchemaNode } from "./walk-schema.ts";

/** Keywords whose schemas speak of the very same value, not of a part of it. */
const SAME_VALUE = ["not", "if", "then", "else"];
const SAME_VALUE_LISTS = ["allOf", "anyOf", "oneOf"];

/**
 * Pointers of schemas that come back to themselves without going into the value: validating anything against them never ends.
 * A tree whose `items` refer to the tree is none of them.
 */
export function endlessReferences(nodes: readonly SchemaNode[], root: SchemaObject): string[] {
	const done = new Set<SchemaObject>();
	const endless: string[] = [];
	for (const { node, pointer } of nodes) {
		if (done.has(node)) continue;
		const open = new Set<SchemaObject>([node]);
		const path = [{ node, rest: sameValue(node, root)[Symbol.iterator]() }];
		while (path.length > 0) {
			const step = path.at(-1)!.rest.next();
			if (step.done === true) {
				const { node: left } = path.pop()!;
				open.delete(left);
				done.add(left);
			} else if (open.has(step.value)) {
				endless.push(pointer);
				break;
			} else if (!done.has(step.value)) {
				open.add(step.value);
				path.push({ node: step.value, rest: sameValue(step.value, root)[Symbol.iterator]() });
			}
		}
		for (const { node: seen } of path) done.add(seen);
	}
	return endless;
}

function sameValue(node: SchemaObject, root: SchemaObject): SchemaObject[] {
	const references = ["$ref", "$dynamicRef"].map((key) =>
		typeof node[key] === "string" ? resolveReference(root, node[key]) : undefined,
	);
	const lists = SAME_VALUE_LISTS.flatMap((key) => (Array.isArray(node[key]) ? (node[key] as unknown[]) : []));
	const maps = isSchemaObject(node["dependentSchemas"]) ? Object.values(node["dependentSchemas"]) : [];
	return [...references, ...SAME_VALUE.map((key) => node[key]), ...lists, ...maps].filter(isSchemaObject);
}
