/** A node of a JSON Schema that is no boolean. */
export type SchemaObject = { readonly [keyword: string]: unknown };

/** Keywords of JSON Schema 2020-12 whose value is a schema, a list of schemas, or a map of schemas. */
export const ONE_SCHEMA = [
	...["additionalProperties", "unevaluatedProperties", "propertyNames", "items", "unevaluatedItems", "contains"],
	...["not", "if", "then", "else", "contentSchema"],
];
export const SCHEMA_LIST = ["allOf", "anyOf", "oneOf", "prefixItems"];
export const SCHEMA_MAP = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];

const PLAIN = [
	...["type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"],
	...["maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains"],
	...["maxProperties", "minProperties", "required", "dependentRequired", "format", "contentEncoding", "contentMediaType"],
	...["$schema", "$id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$comment"],
	...["title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples"],
];

/** What Headgate adds to JSON Schema. The meaning of numbers and labels does not show in types: H03 compares these words. */
export const OWN_KEYWORDS: Readonly<Record<string, { readonly expected: string; fits(value: unknown): boolean }>> = {
	"x-tensor": {
		expected: "{ datatype, shape? }: a datatype of the Open Inference Protocol and a list of whole numbers, -1 for any size",
		fits: (value) => isTensor(value),
	},
	"x-units": { expected: "the unit as text, such as EUR or ms", fits: (value) => typeof value === "string" && value !== "" },
	"x-labels": {
		expected: "the class labels in the order of the scores, each once",
		fits: (value) =>
			Array.isArray(value) && value.length > 0 && new Set(value.map((label) => JSON.stringify(label))).size === value.length,
	},
	"x-range": {
		expected: "[lowest, highest], the scale of the values",
		fits: (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1],
	},
	"x-calibration": {
		expected: "what a value means, as text, such as 'probability of default within 12 months'",
		fits: (value) => typeof value === "string" && value !== "",
	},
	"x-embedding": {
		expected: "the family of models whose vectors can be compared, as text",
		fits: (value) => typeof value === "string" && value !== "",
	},
	"x-sensitive": { expected: "true or false", fits: (value) => typeof value === "boolean" },
};

export const KNOWN_KEYWORDS: ReadonlySet<string> = new Set([
	...[...ONE_SCHEMA, ...SCHEMA_LIST, ...SCHEMA_MAP, ...PLAIN],
	...Object.keys(OWN_KEYWORDS),
]);

const DATATYPE = /^(BOOL|U?INT(8|16|32|64)|FP(16|32|64)|BF16|BYTES)$/;

function isTensor(value: unknown): boolean {
	if (!isSchemaObject(value) || Object.keys(value).some((key) => key !== "datatype" && key !== "shape")) return false;
	const { datatype, shape } = value;
	if (typeof datatype !== "string" || !DATATYPE.test(datatype)) return false;
	return shape === undefined || (Array.isArray(shape) && shape.every((dim) => Number.isInteger(dim) && dim >= -1));
}

export function isSchemaObject(value: unknown): value is SchemaObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
