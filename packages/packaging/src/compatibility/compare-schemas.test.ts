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
		"minor",
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
	["something changes that cannot be compared", wrap({ anyOf: [{}] }), wrap({ anyOf: [{}, {}] }), "major", "major"],
];

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
		["1.1.0", "1.0.0", "minor"],
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
