import { describe, expect, it } from "vitest";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage } from "../check-package.ts";

const schema = (labels: string[]): Record<string, unknown> => ({
	type: "object",
	properties: { decision: { enum: labels } },
	required: ["decision"],
});

async function judge(version: string, labels: string[]) {
	const files = packageFiles({
		"model.yaml": manifestText({ version: `version: "${version}"` }),
		"output.schema.json": JSON.stringify(schema(labels)),
	});
	const folder = await writePackage(files);
	const champion = {
		version: "1.1.0",
		inputSchema: JSON.parse(String(files["input.schema.json"])) as unknown,
		outputSchema: schema(["approve", "decline"]),
	};
	const { results } = await checkPackage(folder, { champion, off: ["C06"] });
	return results.find((result) => result.id === "H03")!;
}

describe("H03", () => {
	it("refuses a patch whose output gains a label, and says what to call it", async () => {
		expect(await judge("1.1.1", ["approve", "decline", "refer"])).toMatchObject({
			status: "fail",
			message: 'schema change "output.decision enum gains "refer"" is breaking; version 1.1.1 -> need 2.0.0',
			hint: expect.stringContaining("Call it 2.0.0"),
		});
	});

	it("passes the same change as a new major version", async () => {
		expect((await judge("2.0.0", ["approve", "decline", "refer"])).status).toBe("pass");
	});

	it("passes equal schemas under any version", async () => {
		expect((await judge("1.1.1", ["approve", "decline"])).status).toBe("pass");
	});
});
