import { describe, expect, it } from "vitest";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage } from "../check-package.ts";

const good = { input: { features: [1, 2] }, output: { score: [0.5, 0.5] }, tolerance: { score: 0.001 } };

async function judge(examples: string | null, schema?: string) {
	const files = packageFiles({
		"model.yaml": manifestText({ examples: "examples: examples.jsonl" }),
		"examples.jsonl": examples,
		...(schema === undefined ? {} : { "input.schema.json": schema }),
	});
	const { results } = await checkPackage(await writePackage(files), { off: ["C06"] });
	return results.find((result) => result.id === "H02")!;
}

describe("H02", () => {
	it("passes examples that both schemas take", async () => {
		expect(await judge(`${JSON.stringify(good)}\n\n${JSON.stringify(good)}\n`)).toMatchObject({
			status: "pass",
			message: "2 examples fit the schemas",
		});
	});

	it.each<[string, string, number | undefined, string]>([
		[
			"an input that the schema refuses",
			JSON.stringify({ ...good, input: { features: ["a"] } }),
			1,
			"the schema refuses its input: features.0 must be number",
		],
		[
			"an output that the schema refuses",
			`\n${JSON.stringify({ ...good, output: { label: 1 } })}`,
			2,
			"the schema refuses its output",
		],
		["text that is no JSON", "{", 1, "it is not JSON"],
		["an output that is no object", JSON.stringify({ input: {}, output: 1 }), 1, "an output that is an object"],
		["a tolerance below zero", JSON.stringify({ ...good, tolerance: { score: -1 } }), 1, "numbers of 0 or more"],
		["no example at all", "\n", undefined, "has no example in it"],
	])("refuses %s", async (_, text, line, words) => {
		const result = await judge(text);
		expect(result).toMatchObject({
			status: "fail",
			severity: "high",
			code: "examples.invalid",
			message: expect.stringContaining(words),
		});
		expect(result.findings?.[0]?.line).toBe(line);
	});

	it("names every line, up to a hundred findings", async () => {
		const result = await judge(`${JSON.stringify({ ...good, input: {} })}\n`.repeat(150));
		expect(result.findings).toHaveLength(100);
		expect(result.message).toContain("examples.jsonl:1:");
	});

	it("says what it did not look at when there are more than ten thousand lines", async () => {
		const result = await judge(`${JSON.stringify(good)}\n`.repeat(10_001));
		expect(result).toMatchObject({ status: "pass", notVerified: ["examples after line 10,000"] });
	});

	it("is skipped, and says so, without sound schemas and without examples", async () => {
		expect(await judge(JSON.stringify(good), "{")).toMatchObject({ status: "skipped", notVerified: ["the examples"] });
		expect((await judge(null)).status).toBe("skipped");
	});
});
