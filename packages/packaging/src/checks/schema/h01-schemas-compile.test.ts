import { describe, expect, it } from "vitest";
import { packageFiles, tensorSchema, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage } from "../check-package.ts";

async function judge(input: string | object) {
	const text = typeof input === "string" ? input : JSON.stringify(input);
	const { results } = await checkPackage(await writePackage(packageFiles({ "input.schema.json": text })), { off: ["C06"] });
	return results.find((result) => result.id === "H01")!;
}

const property = (x: object): object => ({ type: "object", properties: { x } });

describe("H01", () => {
	it("passes schemas with references inside the file, own keywords and safe patterns", async () => {
		const schema = {
			$schema: "https://json-schema.org/draft/2020-12/schema",
			$defs: {
				code: { type: "string", pattern: "^[A-Z]{2}(-[0-9]+)*$" },
				tree: { type: "array", items: { $ref: "#/$defs/tree" } },
			},
			properties: {
				a: { $ref: "#/$defs/code", "x-sensitive": true },
				b: { $ref: "#/$defs/tree" },
				c: {
					type: "number",
					"x-units": "EUR",
					"x-range": [0, 1],
					"x-labels": ["no", "yes"],
					"x-tensor": { datatype: "FP32", shape: [-1] },
				},
			},
		};
		expect(await judge(schema)).toMatchObject({ status: "pass", message: expect.stringContaining("characters of code") });
	});

	it("says that a format is a remark", async () => {
		const result = await judge(property({ type: "string", format: "date-time" }));
		expect(result).toMatchObject({ status: "pass", notVerified: [expect.stringContaining("format (date-time)")] });
	});

	it.each<[string, string | object, string, string]>([
		["text that is no JSON", "{", "file.unreadable", "is not JSON"],
		["a list", "[]", "schema.invalid", "is a list"],
		["another draft", { $schema: "http://json-schema.org/draft-07/schema#" }, "schema.invalid", "draft 2020-12"],
		["a type that is none", property({ type: "float" }), "schema.invalid", "#/properties/x/type must be equal to one of"],
		["a limit that is text", property({ maximum: "1" }), "schema.invalid", "/properties/x/maximum must be number"],
		["a misspelt keyword", property({ maxmum: 1 }), "schema.keyword", "unknown keyword 'maxmum'; did you mean 'maximum'?"],
		["the null of OpenAPI", property({ type: "string", nullable: true }), "schema.keyword", "unknown keyword 'nullable'"],
		["a misspelt own keyword", property({ "x-tensr": {} }), "schema.keyword", "did you mean 'x-tensor'?"],
		[
			"a datatype that is none",
			property({ "x-tensor": { datatype: "float32" } }),
			"schema.keyword",
			'x-tensor is {"datatype":"float32"}',
		],
		[
			"a range that runs backwards",
			property({ "x-range": [1, 0] }),
			"schema.keyword",
			"x-range is [1,0], it must be [lowest, highest]",
		],
		["a label that stands twice", property({ "x-labels": ["a", "a"] }), "schema.keyword", "each once"],
		["a name that no validator checks", '{"properties":{"__proto__":{"type":"number"}}}', "schema.keyword", "'__proto__'"],
		["a reference to a web page", property({ $ref: "https://example.com/x.json" }), "schema.reference", "outside this file"],
		["a reference to another file", property({ $ref: "other.schema.json#/x" }), "schema.reference", "outside this file"],
		["a reference to nothing", property({ $ref: "#/$defs/none" }), "schema.reference", "where there is no schema"],
		["a schema that is itself", { $ref: "#" }, "schema.reference", "never ends"],
		[
			"references that multiply",
			{
				$defs: {
					...Object.fromEntries(
						Array.from({ length: 20 }, (_, index) => [`d${index}`, { anyOf: Array(10).fill({ $ref: `#/$defs/d${index + 1}` }) }]),
					),
					d20: {},
				},
				$ref: "#/$defs/d0",
			},
			"schema.limit",
			"holds one value against more than 1e15 schemas",
		],
		[
			"a keyword with the name of something of JavaScript",
			JSON.parse('{"__proto__": {}}'),
			"schema.keyword",
			"unknown keyword '__proto__'",
		],
		[
			"alternatives that come back",
			{ $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { not: { $ref: "#/$defs/a" } } } },
			"schema.reference",
			"never ends",
		],
		["a pattern that can run for ever", property({ pattern: "^(a+)+$" }), "schema.pattern", "same text in two ways"],
		[
			"a pattern for names that can run for ever",
			{ patternProperties: { "^(a|a)*$": {} } },
			"schema.pattern",
			"same text in two ways",
		],
		["a slow pattern on a text of any length", property({ pattern: "\\d+$" }), "schema.pattern", "the length is open"],
		[
			"too many schemas",
			{ properties: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`p${n}`, {}])) },
			"schema.limit",
			"more than 1,000 schemas",
		],
		["200,000 levels", `${'{"not":'.repeat(149_000)}{}${"}".repeat(149_000)}`, "schema.limit", "at most 1,048,576"],
		["100,000 levels", `${'{"not":'.repeat(100_000)}{}${"}".repeat(100_000)}`, "schema.limit", "nests deeper than 100 levels"],
		["200,000 brackets", `${"[".repeat(200_000)}`, "schema.limit", "nests deeper than 100 levels"],
	])("refuses %s", async (_, schema, code, words) => {
		const result = await judge(schema);
		expect(result).toMatchObject({
			status: "fail",
			severity: "block",
			code,
			message: expect.stringContaining(words),
			hint: expect.stringMatching(/\w{3}/),
		});
		expect(result.message).toContain("input.schema.json");
	});

	it("refuses more patterns than it judges", async () => {
		const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`p${n}`, { pattern: "^a$" }]));
		expect(await judge({ properties: many })).toMatchObject({
			code: "schema.limit",
			message: expect.stringContaining("101 patterns"),
		});
	});

	it("passes a slow pattern on a text that is short", async () => {
		expect((await judge(property({ pattern: "\\d+$", maxLength: 100 }))).status).toBe("pass");
	});

	it("refuses references that would write one schema out thousands of times", async () => {
		const big = { properties: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`p${n}`, { type: "number" }])) };
		const schema = {
			$defs: { big },
			properties: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`q${n}`, { $ref: "#/$defs/big" }])),
		};
		expect(await judge(schema)).toMatchObject({ status: "fail", code: "schema.limit", message: expect.stringContaining("20,") });
	});

	it("names an unknown x-keyword and lets it be", async () => {
		const result = await judge(property({ "x-lineage": "loans" }));
		expect(result).toMatchObject({ status: "fail", severity: "info", message: expect.stringContaining("x-lineage") });
	});

	it("lists everything that is wrong with both schemas", async () => {
		const broken = JSON.stringify(property({ maxmum: 1, pattern: "(" }));
		const files = packageFiles({ "input.schema.json": broken, "output.schema.json": "[" });
		const { results } = await checkPackage(await writePackage(files), { off: ["C06"] });
		const { findings } = results.find((result) => result.id === "H01")!;
		expect(findings?.map(({ code, file }) => [code, file])).toEqual([
			["schema.keyword", "input.schema.json"],
			["schema.pattern", "input.schema.json"],
			["file.unreadable", "output.schema.json"],
		]);
	});

	it("passes the schema that init drafts", async () => {
		expect((await judge(tensorSchema("features"))).status).toBe("pass");
	});
});
