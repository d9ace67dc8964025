/** A node of a JSON Schema. `x-expected` completes the sentence "it must be ..."; `x-code` is the error code of a violation. */
export interface SchemaNode {
	readonly [keyword: string]: unknown;
}

const EXACT_VERSION = "^[0-9]+(\\.[0-9]+){0,3}([-+.][0-9A-Za-z.+-]+)?$";
const TIMESTAMP = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$";

export function text(description: string, more: SchemaNode = {}): SchemaNode {
	return { type: "string", minLength: 1, maxLength: 4096, description, ...more };
}

/** A path of a file (or, ending in `/`, a folder) inside the package. */
export function packagePath(description: string): SchemaNode {
	return { type: "string", minLength: 1, maxLength: 1024, format: "package-path", description, "x-code": "manifest.path" };
}

export function timestamp(description: string): SchemaNode {
	return {
		type: "string",
		pattern: TIMESTAMP,
		description,
		"x-expected": "an RFC 3339 instant such as 2026-10-31T00:00:00Z",
		"x-code": "manifest.time",
	};
}

export function exactVersion(description: string): SchemaNode {
	return {
		type: "string",
		pattern: EXACT_VERSION,
		description,
		"x-expected": "one exact version such as '1.30.0' (no range, no 'latest')",
	};
}

export function hex(digits: readonly number[], description: string, code: string): SchemaNode {
	return {
		type: "string",
		pattern: `^(${digits.map((count) => `[0-9a-f]{${count}}`).join("|")})$`,
		description,
		"x-expected": `${digits.join(" or ")} hexadecimal digits in lower case`,
		"x-code": code,
	};
}

export function object(description: string, properties: Record<string, SchemaNode>, required: readonly string[]): SchemaNode {
	return { type: "object", description, properties, required, additionalProperties: false };
}

/** A part that may be absent, but only as `{ none: "reason" }`. */
export function part(schema: SchemaNode): SchemaNode {
	return {
		description: schema["description"],
		"x-part": true,
		if: { type: "object", required: ["none"] },
		// biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema
		then: object("The part is absent, for this reason.", { none: text("Why it is absent.", { minLength: 8 }) }, ["none"]),
		else: schema,
	};
}
