import { isDeepStrictEqual } from "node:util";
import { isSchemaObject, type SchemaObject } from "../checks/schema/schema-keywords.ts";
import { narrowed, type SchemaChange, type Side, widened } from "./change.ts";
import { COMPOSITES, compareComposites, unknownChange } from "./compare-composites.ts";
import { compareLimits, JUDGED } from "./compare-limits.ts";
import { compareProperties } from "./compare-properties.ts";
import { normalForm, REMARKS, referent } from "./normal-form.ts";

const WALKED = new Set(["properties", "required", "additionalProperties", "items", "prefixItems"]);
const MAX_DEPTH = 64;
const MAX_CHANGES = 1_000;

/**
 * Every difference between the champion's schema and the new one, up to a thousand. Input is contravariant: the new version must
 * take all that the old one took. Output is covariant: it must not give what the old one never gave. What cannot be compared
 * counts as major. Both schemas are of bounded depth, as `readSchema` gives them.
 */
export function compareSchemas(before: unknown, after: unknown, side: Side): SchemaChange[] {
	// As texts, for the order of tensors counts too.
	return JSON.stringify(before) === JSON.stringify(after)
		? []
		: new Comparison(before, after, side).compare(before, after, side, 0);
}

class Comparison {
	readonly #before: unknown;
	readonly #after: unknown;
	readonly #side: Side;
	/** Pairs that were compared: a schema that is referred to twice, or contains itself, says what it changes once. */
	readonly #seen = new Map<unknown, Set<unknown>>();
	#found = 0;

	constructor(before: unknown, after: unknown, side: Side) {
		this.#before = before;
		this.#after = after;
		this.#side = side;
	}

	compare(before: unknown, after: unknown, path: string, depth: number): SchemaChange[] {
		if (before === after && !isSchemaObject(before)) return [];
		if (this.#isKnown(referent(before, this.#before), referent(after, this.#after)) || this.#found > MAX_CHANGES) return [];
		if (depth > MAX_DEPTH) return [{ path, what: "is too deep to be compared, so it is taken as breaking", bump: "major" }];
		const changes = this.#pair(normalForm(before, this.#before), normalForm(after, this.#after), path, depth);
		this.#found += changes.filter((change) => change.path === path).length;
		if (this.#found <= MAX_CHANGES || depth > 0) return changes;
		return [...changes, { path, what: `has more than ${MAX_CHANGES} changes, so it is taken as breaking`, bump: "major" }];
	}

	#isKnown(before: unknown, after: unknown): boolean {
		if (!isSchemaObject(before) || !isSchemaObject(after)) return false;
		const known = this.#seen.get(before) ?? new Set();
		this.#seen.set(before, known);
		const isKnown = known.has(after);
		known.add(after);
		return isKnown;
	}

	#pair(before: SchemaObject | undefined, after: SchemaObject | undefined, path: string, depth: number): SchemaChange[] {
		if (before === undefined && after === undefined) return [];
		if (before === undefined) return [{ path, what: "was refused and is allowed", bump: widened(this.#side) }];
		if (after === undefined) return [{ path, what: "was allowed and is refused", bump: narrowed(this.#side) }];
		if (allowsAnything(after) && !allowsAnything(before) && !hasOwnWords(before))
			return [{ path, what: "allows anything", bump: widened(this.#side) }];
		const inner = (a: unknown, b: unknown, at: string): SchemaChange[] => this.compare(a, b, at, depth + 1);
		const changes = [
			...compareLimits(before, after, this.#side, path),
			...compareComposites(before, after, this.#side, path, inner),
		];
		for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
			if (JUDGED.has(key) || WALKED.has(key) || COMPOSITES.has(key) || isDeepStrictEqual(before[key], after[key])) continue;
			changes.push(unknownChange(path, key));
		}
		return [
			...changes,
			...compareProperties(before, after, this.#side, path, inner),
			...compareItems(before, after, path, inner),
		];
	}
}

/** Place by place: what stands beyond the listed places is `items`. */
function compareItems(
	before: SchemaObject,
	after: SchemaObject,
	path: string,
	inner: (before: unknown, after: unknown, path: string) => SchemaChange[],
): SchemaChange[] {
	const [old, next] = [placesOf(before), placesOf(after)];
	const changes: SchemaChange[] = [];
	for (let place = 0; place < Math.max(old.length, next.length); place++) {
		const [was, is] = [old[place] ?? before["items"] ?? true, next[place] ?? after["items"] ?? true];
		changes.push(...inner(was, is, `${path}[${place}]`));
	}
	return [...changes, ...inner(before["items"] ?? true, after["items"] ?? true, `${path}[]`)];
}

function placesOf(schema: SchemaObject): readonly unknown[] {
	return Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
}

function allowsAnything(schema: SchemaObject): boolean {
	return Object.keys(schema).every((key) => REMARKS.has(key));
}

/** Words beyond JSON Schema carry meaning that is lost with them. */
function hasOwnWords(schema: SchemaObject): boolean {
	return Object.keys(schema).some((key) => key.startsWith("x-"));
}
