import { describe, expect, it } from "vitest";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage } from "../check-package.ts";

const decisions = (factors: string): string => `decisions: { path: DECISIONS.md, factors: [ ${factors} ] }`;

async function judge(lines: Record<string, string>, text = "Income weighs most; the rest is in the paper.", schema?: object) {
	const files = packageFiles({
		"model.yaml": manifestText(lines),
		"DECISIONS.md": text,
		...(schema === undefined ? {} : { "input.schema.json": JSON.stringify(schema) }),
	});
	const { results } = await checkPackage(await writePackage(files), { off: ["C06"] });
	return results.find((result) => result.id === "H09")!;
}

describe("H09", () => {
	it("passes factors that are properties of the input, also nested and behind references", async () => {
		const schema = {
			$defs: { p: { properties: { income: { type: "number" } } } },
			properties: { person: { $ref: "#/$defs/p" }, loans: { items: { properties: { sum: {} } } } },
		};
		const lines = { decisions: decisions('{ name: person.income, direction: "+" }, { name: loans.sum }') };
		expect(await judge(lines, undefined, schema)).toMatchObject({
			status: "pass",
			notVerified: [expect.stringContaining("no directory")],
		});
	});

	it("refuses a factor that the model never reads, and names the nearest", async () => {
		expect(await judge({ decisions: decisions("{ name: feature }") })).toMatchObject({
			status: "fail",
			severity: "high",
			code: "decisions.factor",
			message: expect.stringContaining("decisions.factors[0] is 'feature', which is no property of input.schema.json"),
			hint: "Did you mean 'features'?",
		});
	});

	it.each(["# Decisions\n", "TODO: explain, when there is time for it"])("refuses the text %j", async (text) => {
		expect(await judge({ decisions: decisions("") }, text)).toMatchObject({ status: "fail", code: "decisions.empty" });
	});

	it("warns of a contact that is no address", async () => {
		expect(await judge({ owner: "owner: { team: risk, contact: third floor }" })).toMatchObject({
			status: "fail",
			severity: "warn",
			code: "owner.contact",
		});
	});

	it("says that nothing explains the decisions when nothing does", async () => {
		expect((await judge({})).notVerified?.join()).toContain("no text on decisions");
	});

	it("ends at a schema that contains itself", async () => {
		const schema = { properties: { a: { $ref: "#" }, b: { $ref: "#" }, c: { $ref: "#" } } };
		expect((await judge({ decisions: decisions("{ name: a.b }") }, undefined, schema)).status).toBe("pass");
	});
});
