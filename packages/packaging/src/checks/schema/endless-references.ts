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

/**
 * How many schemas one value can be held against at most, for the worst of these schemas: references from several branches multiply.
 * Infinite above 1e15; only for schemas without endless references.
 */
export function branchesOf(nodes: readonly SchemaNode[], root: SchemaObject): number {
	const costs = new Map<SchemaObject, number>();
	let worst = 0;
	for (const { node: start } of nodes) {
		const open = [start];
		for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
			const parts = costs.has(node) ? [] : sameValue(node, root);
			const unknown = parts.filter((part) => !costs.has(part));
			if (unknown.length > 0) open.push(...unknown);
			else {
				if (!costs.has(node)) {
					const cost = parts.reduce((sum, part) => sum + costs.get(part)!, 1);
					costs.set(node, cost > 1e15 ? Number.POSITIVE_INFINITY : cost);
				}
				open.pop();
			}
		}
		worst = Math.max(worst, costs.get(start)!);
	}
	return worst;
}

function sameValue(node: SchemaObject, root: SchemaObject): SchemaObject[] {
	const references = ["$ref", "$dynamicRef"].map((key) =>
		typeof node[key] === "string" ? resolveReference(root, node[key]) : undefined,
	);
	const lists = SAME_VALUE_LISTS.flatMap((key) => (Array.isArray(node[key]) ? (node[key] as unknown[]) : []));
	const maps = isSchemaObject(node["dependentSchemas"]) ? Object.values(node["dependentSchemas"]) : [];
	return [...references, ...SAME_VALUE.map((key) => node[key]), ...lists, ...maps].filter(isSchemaObject);
}
