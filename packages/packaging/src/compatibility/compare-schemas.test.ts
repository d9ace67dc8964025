import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bump, largerBump, type Side } from "./change.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { declaredBump, nextVersion } from "./declared-bump.ts";

type Json = Record<string, unknown>;

function needed(before: Json, after: Json, side: Side): Bump {
	return compareSchemas(before, after, side).reduce<Bump>((bump, change) => largerBump(bump, change.bump), "none");
}

const wrap = (property: Json, more: Json = {}): Json => ({
	type: "object",
	properties: { x: property },
	required: ["x"],
	...more,
});
const closed = { additionalProperties: false };
const s = (type: string): Json => ({ type });
const referred = (target: Json): Json => ({ ...wrap({ $ref: "#/$defs/x" }), $defs: { x: target } });
const tensor = (datatype: string, shape: readonly number[]): Json => wrap({ "x-tensor": { datatype, shape } });
const two = { x: {}, y: { type: "number" } };

const rows: [string, Json, Json, Bump, Bump][] = [
	["an optional property is added", wrap({}), { ...wrap({}), properties: two }, "minor", "minor"],
	[
		"an optional property is added where others are refused",
		wrap({}, closed),
		{ ...wrap({}, closed), properties: two },
		"minor",
		"major",
	],
	["a required property is added", wrap({}), { ...wrap({}), properties: two, required: ["x", "y"] }, "major", "minor"],
	[
		"a required property with a default is added",
		wrap({}),
		{ ...wrap({}), properties: { x: {}, y: { default: 1 } }, required: ["x", "y"] },
		"major",
		"minor",
	],
	["optional becomes required", { ...wrap({}), required: [] }, wrap({}), "major", "minor"],
	["required becomes optional", wrap({}), { ...wrap({}), required: [] }, "minor", "major"],
	["a property is removed", { ...wrap({}), properties: two }, wrap({}), "minor", "major"],
	[
		"a property is removed where others are refused",
		{ ...wrap({}, closed), properties: two },
		wrap({}, closed),
		"major",
		"major",
	],
	["a property changes its case", wrap({}), { type: "object", properties: { X: {} }, required: ["X"] }, "major", "major"],
	[
		"a property is renamed",
		wrap({ type: "number" }),
		{ type: "object", properties: { z: { type: "number" } }, required: ["z"] },
		"major",
		"major",
	],
	["integer becomes number", wrap({ type: "integer" }), wrap({ type: "number" }), "minor", "major"],
	["number becomes integer", wrap({ type: "number" }), wrap({ type: "integer" }), "major", "minor"],
	["null is allowed", wrap({ type: "number" }), wrap({ type: ["number", "null"] }), "minor", "major"],
	["text becomes a number", wrap({ type: "string" }), wrap({ type: "number" }), "major", "major"],
	["an enum gains a value", wrap({ enum: ["a"] }), wrap({ enum: ["a", "b"] }), "minor", "major"],
	["an enum loses a value", wrap({ enum: ["a", "b"] }), wrap({ enum: ["a"] }), "major", "minor"],
	["a maximum rises", wrap({ maximum: 1 }), wrap({ maximum: 100 }), "minor", "major"],
	["a maximum appears", wrap({}), wrap({ maximum: 100 }), "major", "minor"],
	["a minimum falls", wrap({ minimum: 1 }), wrap({ minimum: 0 }), "minor", "major"],
	["a minimum rises", wrap({ minimum: 0 }), wrap({ minimum: 1 }), "major", "minor"],
	["a pattern changes", wrap({ pattern: "a" }), wrap({ pattern: "b" }), "major", "major"],
	["a pattern goes", wrap({ pattern: "a" }), wrap({}), "minor", "major"],
	["other properties are refused", wrap({}), wrap({}, closed), "major", "minor"],
	["other properties are allowed", wrap({}, closed), wrap({}), "minor", "major"],
	["a tensor widens", wrap({ "x-tensor": { datatype: "INT32" } }), wrap({ "x-tensor": { datatype: "INT64" } }), "minor", "major"],
	[
		"a tensor changes its type",
		wrap({ "x-tensor": { datatype: "FP32" } }),
		wrap({ "x-tensor": { datatype: "FP64" } }),
		"major",
		"major",
	],
	[
		"a fixed dimension is freed",
		wrap({ "x-tensor": { shape: [1, 2] } }),
		wrap({ "x-tensor": { shape: [-1, 2] } }),
		"minor",
		"major",
	],
	[
		"a fixed dimension changes",
		wrap({ "x-tensor": { shape: [1, 2] } }),
		wrap({ "x-tensor": { shape: [1, 3] } }),
		"major",
		"major",
	],
	["labels change places", wrap({ "x-labels": ["a", "b"] }), wrap({ "x-labels": ["b", "a"] }), "major", "major"],
	["units change", wrap({ "x-units": "EUR" }), wrap({ "x-units": "cent" }), "major", "major"],
	["a default changes", wrap({ default: 1 }), wrap({ default: 2 }), "minor", "minor"],
	["a description changes", wrap({ description: "a" }), wrap({ description: "b" }), "patch", "patch"],
	["items narrow", wrap({ items: { type: "number" } }), wrap({ items: { type: "integer" } }), "major", "minor"],
	["an unknown word changes", wrap({ "x-weight": 1 }), wrap({ "x-weight": 2 }), "major", "major"],
	["an unknown word appears", wrap({}), wrap({ "x-weight": 2 }), "major", "major"],
	[
		"a pattern for names changes",
		wrap({}, { patternProperties: {} }),
		wrap({}, { patternProperties: { a: {} } }),
		"major",
		"major",
	],
	["a condition is added", wrap({}), wrap({}, { not: { required: ["y"] } }), "major", "minor"],
	["a condition is taken away", wrap({}, { dependentRequired: { x: ["y"] } }), wrap({}), "minor", "major"],
	["a condition changes", wrap({}, { if: { type: "object" } }), wrap({}, { if: { type: "array" } }), "major", "major"],
	[
		"an alternative comes",
		wrap({ anyOf: [s("string"), s("array")] }),
		wrap({ anyOf: [s("string"), s("array"), s("null")] }),
		"minor",
		"major",
	],
	[
		"an alternative goes",
		wrap({ oneOf: [s("string"), s("array"), s("null")] }),
		wrap({ oneOf: [s("string"), s("array")] }),
		"major",
		"minor",
	],
	[
		"an alternative widens",
		wrap({ anyOf: [s("array"), s("integer")] }),
		wrap({ anyOf: [s("array"), s("number")] }),
		"minor",
		"major",
	],
	[
		"exclusive alternatives that overlap change",
		wrap({ oneOf: [{ minimum: 0 }, { maximum: 9 }] }),
		wrap({ oneOf: [{ minimum: 0 }, { maximum: 8 }] }),
		"major",
		"major",
	],
	[
		"one more condition applies",
		wrap({ allOf: [{ minimum: 0 }] }),
		wrap({ allOf: [{ minimum: 0 }, { maximum: 9 }] }),
		"major",
		"minor",
	],
	[
		"one condition of several is relaxed",
		wrap({ allOf: [{ minimum: 0 }, { maximum: 9 }] }),
		wrap({ allOf: [{ maximum: 10 }, { minimum: 0 }] }),
		"minor",
		"major",
	],
	["null is allowed in the long spelling", wrap(s("number")), wrap({ anyOf: [s("number"), s("null")] }), "minor", "major"],
	["a constant becomes two", wrap({ const: "a" }), wrap({ oneOf: [{ const: "a" }, { const: "b" }] }), "minor", "major"],
	["text becomes an enumeration", wrap(s("string")), wrap({ enum: ["a", "b"] }), "major", "minor"],
	["an edge no longer counts", wrap({ minimum: 0 }), wrap({ exclusiveMinimum: 0 }), "major", "minor"],
	["what a reference points at changes", referred({ maximum: 1 }), referred({ maximum: 100 }), "minor", "major"],
	["a nested property changes", wrap(wrap({ maximum: 1 })), wrap(wrap({ maximum: 100 })), "minor", "major"],
	["a place of a list widens", wrap({ prefixItems: [s("integer")] }), wrap({ prefixItems: [s("number")] }), "minor", "major"],
	[
		"a place of a list is described for the first time",
		wrap({ items: s("number") }),
		wrap({ prefixItems: [s("integer")], items: s("number") }),
		"major",
		"minor",
	],
	[
		"other properties narrow",
		wrap({}, { additionalProperties: s("number") }),
		wrap({}, { additionalProperties: s("integer") }),
		"major",
		"minor",
	],
	["a property that nothing describes is demanded", wrap({}), wrap({}, { required: ["x", "y"] }), "major", "minor"],
	["half floats widen", tensor("FP16", [2]), tensor("FP32", [2]), "minor", "major"],
	["a rank changes", tensor("FP32", [2]), tensor("FP32", [2, 1]), "major", "major"],
	["a free dimension is fixed", tensor("FP32", [-1]), tensor("FP32", [2]), "major", "minor"],
	["one dimension is freed, another fixed", tensor("FP32", [-1, 2]), tensor("FP32", [2, -1]), "major", "major"],
	[
		"a tensor type is written down that was meant",
		wrap(s("number")),
		wrap({ ...s("number"), "x-tensor": { datatype: "FP64" } }),
		"none",
		"none",
	],
	["labels are stated for the first time", wrap({}), wrap({ "x-labels": ["a", "b"] }), "minor", "minor"],
	["labels are no longer stated", wrap({ "x-labels": ["a", "b"] }), wrap({}), "major", "major"],
	["the scale of a score changes", wrap({ "x-range": [0, 1] }), wrap({ "x-range": [0, 100] }), "major", "major"],
	[
		"what a score means changes",
		wrap({ "x-calibration": "12 months" }),
		wrap({ "x-calibration": "24 months" }),
		"major",
		"major",
	],
	["another family makes the vectors", wrap({ "x-embedding": "a" }), wrap({ "x-embedding": "b" }), "major", "major"],
];

describe("a difference in words", () => {
	it("names what every vector means when its length changes", () => {
		const before = wrap({ "x-embedding": "a", "x-tensor": { datatype: "FP32", shape: [384] } });
		const after = wrap({ "x-embedding": "a", "x-tensor": { datatype: "FP32", shape: [768] } });
		expect(compareSchemas(before, after, "output").map(({ path, what }) => `${path} ${what}`)).toContain(
			"output.x embedding dimension 384 -> 768: every stored vector has to be made again",
		);
	});

	it("warns of another order of tensors, which breaks clients that go by position", () => {
		const tensors = (...names: string[]): Json => ({
			properties: Object.fromEntries(names.map((name) => [name, { "x-tensor": { datatype: "FP32" } }])),
		});
		expect(compareSchemas(tensors("a", "b"), tensors("b", "a"), "input")).toEqual([
			expect.objectContaining({ path: "input", warn: true, what: expect.stringContaining("b now stands where a stood") }),
		]);
		expect(compareSchemas(tensors("a", "b"), tensors("a", "c", "b"), "input").filter(({ warn }) => warn)).toEqual([]);
	});
});

describe("schemas that say the same", () => {
	it.each<[string, Json, Json]>([
		["a reference and what it points at", referred({ maximum: 1 }), wrap({ maximum: 1 })],
		["a constant and an enumeration of one", wrap({ const: 1 }), wrap({ enum: [1] })],
		["null in the long and in the short spelling", wrap({ type: ["number", "null"] }), wrap({ anyOf: [s("number"), s("null")] })],
		["constants one by one and an enumeration", wrap({ oneOf: [{ const: 1 }, { const: 2 }] }), wrap({ enum: [1, 2] })],
	])("need no new version: %s", (_, a, b) => {
		const lasting = compareSchemas(a, b, "output").filter(({ bump }) => bump !== "patch");
		expect(lasting).toEqual([]);
	});
});

describe("hostile schemas", () => {
	it("that contain themselves are compared once", () => {
		const tree = (maximum: number): Json => ({ properties: { value: { maximum }, left: { $ref: "#" }, right: { $ref: "#" } } });
		expect(compareSchemas(tree(1), tree(2), "input").map(({ path }) => path)).toEqual(["input.value"]);
	});

	it("that double at every reference are not written out", () => {
		const doubling = (maximum: number): Json => {
			const level = (n: number): Json => ({ properties: { a: { $ref: `#/$defs/l${n + 1}` }, b: { $ref: `#/$defs/l${n + 1}` } } });
			const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`l${n}`, n === 39 ? { maximum } : level(n)]));
			return { $defs, $ref: "#/$defs/l0" };
		};
		const changes = compareSchemas(doubling(1), doubling(2), "input");
		expect(changes.map(({ what, bump }) => [what, bump])).toEqual([["maximum 1 -> 2", "minor"]]);
	});

	it("that change in more than a thousand places are taken as breaking", () => {
		const wide = (maximum: number): Json => ({
			properties: Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`p${n}`, { maximum }])),
		});
		expect(needed(wide(1), wide(2), "input")).toBe("major");
	});
});

describe("the bump that a schema change needs", () => {
	it.each(rows)("when %s", (_, before, after, input, output) => {
		expect({ input: needed(before, after, "input"), output: needed(before, after, "output") }).toEqual({ input, output });
	});

	it("is none for equal schemas, and what widens one way narrows the other way", () => {
		const property = fc.record({
			minimum: fc.integer({ min: 0, max: 3 }),
			maximum: fc.integer({ min: 5, max: 8 }),
			type: fc.constantFrom("number", "integer"),
		});
		fc.assert(
			fc.property(property, property, (a, b) => {
				expect(needed(wrap(a), wrap(a), "input")).toBe("none");
				expect(needed(wrap(a), wrap(b), "input")).toBe(needed(wrap(b), wrap(a), "output"));
			}),
			{ seed: 7 },
		);
	});
});

describe("the bump that two versions declare", () => {
	it.each<[string, string, Bump]>([
		["1.0.0", "2.0.0", "major"],
		["1.0.0", "1.1.0", "minor"],
		["1.0.0", "1.0.1", "patch"],
		["1.1.0", "1.0.0", "none"],
		["1.0.0", "0.1.0", "none"],
		["1.0.0", "1.0.0", "none"],
		["0.1.0", "0.2.0", "major"],
		["0.1.0", "0.1.1", "minor"],
	])("%s to %s", (from, to, bump) => {
		expect(declaredBump(from, to)).toBe(bump);
	});

	it.each([
		["1.2.3", "major", "2.0.0"],
		["1.2.3", "minor", "1.3.0"],
		["0.2.3", "major", "0.3.0"],
	] as const)("after %s a %s change is called %s", (from, bump, version) => {
		expect(nextVersion(from, bump)).toBe(version);
	});
});
