import { isSchemaObject, ONE_SCHEMA, SCHEMA_LIST, SCHEMA_MAP, type SchemaObject } from "./schema-keywords.ts";

/** A schema inside a schema file, with its place as a JSON pointer: `#/properties/score`. */
export interface SchemaNode {
	readonly node: SchemaObject;
	readonly pointer: string;
}

/** Every schema of a file, the root first, each once, without recursion; stops above `limit`. */
export function walkSchema(root: unknown, limit: number): SchemaNode[] {
	const found: SchemaNode[] = isSchemaObject(root) ? [{ node: root, pointer: "#" }] : [];
	const add = (node: unknown, pointer: string): void => {
		if (isSchemaObject(node) && found.length <= limit) found.push({ node, pointer });
	};
	for (const { node, pointer } of found) {
		for (const key of ONE_SCHEMA) add(node[key], `${pointer}/${key}`);
		for (const key of SCHEMA_LIST) {
			const list = node[key];
			if (Array.isArray(list)) for (const [index, child] of list.entries()) add(child, `${pointer}/${key}/${index}`);
		}
		for (const key of SCHEMA_MAP) {
			const map = node[key];
			if (isSchemaObject(map)) for (const [name, child] of Object.entries(map)) add(child, `${pointer}/${key}/${escaped(name)}`);
		}
	}
	return found;
}

/** What a local reference (`#`, `#/$defs/x`, `#anchor`) points at; undefined when nothing. */
export function resolveReference(root: unknown, reference: string): unknown {
	if (reference === "#") return root;
	if (!reference.startsWith("#")) return undefined;
	if (!reference.startsWith("#/")) return anchored(root, decoded(reference.slice(1)));
	let node: unknown = root;
	for (const step of reference.slice(2).split("/")) {
		const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
		if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return undefined;
		node = (node as Record<string, unknown>)[key];
	}
	return node;
}

const MAX_ANCHOR_SEARCH = 10_000;

function anchored(root: unknown, name: string): unknown {
	return walkSchema(root, MAX_ANCHOR_SEARCH).find(({ node }) => node["$anchor"] === name || node["$dynamicAnchor"] === name)
		?.node;
}

function escaped(name: string): string {
	return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
