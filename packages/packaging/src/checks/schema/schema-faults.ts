import { nearestWord } from "@headgate/core/kernel";
import { ERRORS } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { Finding } from "../check.ts";
import { branchesOf, endlessReferences } from "./endless-references.ts";
import { patternCost } from "./pattern/pattern-cost.ts";
import { isSchemaObject, KNOWN_KEYWORDS, OWN_KEYWORDS, type SchemaObject } from "./schema-keywords.ts";
import { resolveReference, type SchemaNode, walkSchema } from "./walk-schema.ts";

/** ajv generates about 1,100 characters of code and takes about half a millisecond for each; above 2,500 it overflows its stack. */
const MAX_NODES = 1_000;
/** To judge the worst of them takes tens of milliseconds. */
const MAX_PATTERNS = 100;
const DRAFT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/** What is wrong with a schema before it may be compiled: words, references and patterns. `schema` is of bounded depth. */
export function schemaFaults(schema: SchemaObject, file: string): Finding[] {
	const nodes = walkSchema(schema, MAX_NODES);
	if (nodes.length > MAX_NODES) {
		const message = `${file} has more than ${MAX_NODES.toLocaleString("en")} schemas in it, which takes too long to compile`;
		return [finding("schema.limit", message, file, "Describe many columns of one kind as one array.")];
	}
	const patterns = nodes.reduce((sum, { node }) => sum + patternsOf(node), 0);
	if (patterns > MAX_PATTERNS) {
		const message = `${file} has ${patterns.toLocaleString("en")} patterns, at most ${MAX_PATTERNS} are judged`;
		return [finding("schema.limit", message, file, "Put a pattern that is used often under $defs and refer to it.")];
	}
	const faults = nodes.flatMap((node) => nodeFaults(node, schema, file));
	for (const pointer of endlessReferences(nodes, schema)) {
		const message = `${file}: ${shown(pointer)} refers back to itself for the same value, which never ends`;
		faults.push(finding("schema.reference", message, file, "Refer to it from properties or items, for a part of the value."));
	}
	if (faults.some(({ code }) => code === "schema.reference")) return faults;
	const branches = branchesOf(nodes, schema);
	if (branches > 10 * MAX_NODES) {
		const many = Number.isFinite(branches) ? branches.toLocaleString("en") : "more than 1e15";
		const message = `${file} holds one value against ${many} schemas, at most ${(10 * MAX_NODES).toLocaleString("en")}: references from several branches multiply`;
		return [...faults, finding("schema.limit", message, file, "Refer to each part once, or describe the cases apart.")];
	}
	const expanded = nodes.length + referredNodes(nodes);
	if (expanded <= 10 * MAX_NODES) return faults;
	const message = `${file} comes to ${expanded.toLocaleString("en")} schemas when its references are written out, at most ${(10 * MAX_NODES).toLocaleString("en")} are compiled`;
	return [...faults, finding("schema.limit", message, file)];
}

function patternsOf(node: SchemaObject): number {
	const names = isSchemaObject(node["patternProperties"]) ? Object.keys(node["patternProperties"]).length : 0;
	return names + (typeof node["pattern"] === "string" ? 1 : 0);
}

function nodeFaults({ node, pointer }: SchemaNode, root: SchemaObject, file: string): Finding[] {
	const at = `${file}: ${shown(pointer)}`;
	const faults: Finding[] = [];
	for (const key of Object.keys(node)) faults.push(...keywordFaults(key, node, at, file));
	const { $schema } = node;
	if ($schema !== undefined && !(typeof $schema === "string" && DRAFT.test($schema))) {
		const message = `${at}: $schema is ${shown(JSON.stringify($schema))}, schemas are read as draft 2020-12`;
		faults.push(finding("schema.invalid", message, file, "Write https://json-schema.org/draft/2020-12/schema."));
	}
	for (const key of ["$ref", "$dynamicRef"]) {
		const reference = node[key];
		if (typeof reference === "string") faults.push(...referenceFaults(reference, root, at, file));
	}
	if (typeof node["pattern"] === "string") {
		const maxLength = typeof node["maxLength"] === "number" ? node["maxLength"] : Number.POSITIVE_INFINITY;
		faults.push(...patternFaults(node["pattern"], maxLength, at, file));
	}
	for (const key of ["properties", "patternProperties", "$defs"]) {
		const map = node[key];
		if (!isSchemaObject(map)) continue;
		if (Object.hasOwn(map, "__proto__")) {
			faults.push(
				finding("schema.keyword", `${at}: a name in ${key} is '__proto__', which no validator checks`, file, "Rename it."),
			);
		}
		if (key !== "patternProperties") continue;
		for (const pattern of Object.keys(map)) faults.push(...patternFaults(pattern, Number.POSITIVE_INFINITY, at, file));
	}
	return faults;
}

function keywordFaults(key: string, node: SchemaObject, at: string, file: string): Finding[] {
	const own = Object.hasOwn(OWN_KEYWORDS, key) ? OWN_KEYWORDS[key] : undefined;
	if (own !== undefined) {
		if (own.fits(node[key])) return [];
		const message = `${at}: ${key} is ${shown(JSON.stringify(node[key]) ?? "nothing")}, it must be ${own.expected}`;
		return [finding("schema.keyword", message, file)];
	}
	if (KNOWN_KEYWORDS.has(key)) return [];
	const nearest = nearestWord(key, [...KNOWN_KEYWORDS]);
	const message = `${at}: unknown keyword '${shown(key)}'${nearest === undefined ? "" : `; did you mean '${nearest}'?`}`;
	const free = key.startsWith("x-") && nearest === undefined;
	const hint = free
		? "Nothing reads it; H03 takes every change of it as breaking."
		: nearest === undefined
			? HINT
			: `Write '${nearest}'.`;
	return [{ ...finding("schema.keyword", message, file, hint), ...(free ? { severity: "info" as const } : {}) }];
}

const HINT = "Use keywords of JSON Schema 2020-12; for null write type: [..., 'null'].";

function referenceFaults(reference: string, root: SchemaObject, at: string, file: string): Finding[] {
	if (!reference.startsWith("#")) {
		const message = `${at}: $ref points to ${shown(JSON.stringify(reference))}, outside this file`;
		return [finding("schema.reference", message, file)];
	}
	const target = resolveReference(root, reference);
	if (isSchemaObject(target) || typeof target === "boolean") return [];
	return [finding("schema.reference", `${at}: $ref points to ${shown(reference)}, where there is no schema`, file)];
}

function patternFaults(pattern: string, maxLength: number, at: string, file: string): Finding[] {
	const cost = patternCost(pattern);
	const place = `${at}: the pattern ${shown(JSON.stringify(pattern))}`;
	if (cost.kind === "refused") return [finding("schema.pattern", `${place} is not safe: ${cost.reason}`, file)];
	if (cost.kind === "linear" || maxLength <= cost.maxLength) return [];
	const message = `${place} may take time to the power of ${cost.degree} of the text's length, and the length is ${maxLength === Number.POSITIVE_INFINITY ? "open" : maxLength.toLocaleString("en")}`;
	const hint = `Begin it with ^, or give the text a maxLength of at most ${cost.maxLength.toLocaleString("en")}.`;
	return [finding("schema.pattern", message, file, hint)];
}

/** Schemas that references to places in the file bring in: a compiler writes each out where it is referred to. */
function referredNodes(nodes: readonly SchemaNode[]): number {
	const sizes = new Map<string, number>();
	let sum = 0;
	for (const { node } of nodes) {
		const reference = node["$ref"];
		if (typeof reference !== "string") continue;
		const size =
			sizes.get(reference) ?? nodes.filter(({ pointer }) => pointer === reference || pointer.startsWith(`${reference}/`)).length;
		sizes.set(reference, size);
		sum += size;
	}
	return sum;
}

export function finding(code: string, message: string, file: string, hint = ERRORS[code]?.hint ?? ""): Finding {
	return { code, message, hint, file };
}

function shown(text: string): string {
	return printable(text.length > 100 ? `${text.slice(0, 97)}...` : text);
}
