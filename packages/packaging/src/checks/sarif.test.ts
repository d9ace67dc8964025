import { describe, expect, it } from "vitest";
import { encodeModel } from "../testing/encode-onnx.ts";
import { manifestText, packageFiles, writePackage } from "../testing/package-fixture.ts";
import { CHECKS } from "./all-checks.ts";
import { checkPackage } from "./check-package.ts";
import type { CheckSummary } from "./run-checks.ts";
import { sarifOf } from "./sarif.ts";

interface Location {
	readonly physicalLocation: {
		readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
		readonly region?: object;
	};
}

interface Sarif {
	readonly version: string;
	readonly runs: readonly {
		readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Record<string, unknown>[] } };
		readonly originalUriBaseIds: Readonly<Record<string, unknown>>;
		readonly results: readonly {
			readonly ruleId: string;
			readonly ruleIndex: number;
			readonly level: string;
			readonly message: { readonly text: string };
			readonly locations?: readonly Location[];
			readonly properties: Readonly<Record<string, unknown>>;
		}[];
		readonly properties: Readonly<Record<string, unknown>>;
	}[];
}

async function sarif(files: Record<string, string | Uint8Array>): Promise<Sarif["runs"][number]> {
	const summary = await checkPackage(await writePackage(packageFiles(files)));
	const log = JSON.parse(JSON.stringify(sarifOf(summary, "0.1.0"))) as Sarif;
	expect(log.version).toBe("2.1.0");
	expect(log.runs).toHaveLength(1);
	return log.runs[0]!;
}

describe("SARIF", () => {
	it("has every check as a rule with a help text and a level, and each id once", async () => {
		const { driver } = (await sarif({})).tool;
		expect(driver.name).toBe("headgate");
		expect(driver.rules.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
		expect(new Set(driver.rules.map(({ id }) => id)).size).toBe(driver.rules.length);
		for (const rule of driver.rules) {
			expect(rule).toMatchObject({
				name: expect.stringMatching(/^[A-Z][A-Za-z0-9]+$/),
				help: { text: expect.stringMatching(/\w/) },
				defaultConfiguration: { level: expect.stringMatching(/^(error|warning|note)$/) },
			});
		}
	});

	it("gives a finding in a text its line and column, and its code as a property", async () => {
		const run = await sarif({ "model.yaml": manifestText({ version: "version: 1.10" }) });
		const found = run.results.find(({ ruleId }) => ruleId === "M01")!;
		expect(found).toMatchObject({ level: "error", properties: { code: "manifest.type", severity: "block" } });
		expect(found.locations).toEqual([
			{
				physicalLocation: {
					artifactLocation: { uri: "model.yaml", uriBaseId: "PACKAGE" },
					region: { startLine: 2, startColumn: expect.any(Number) },
				},
			},
		]);
	});

	it("keeps to the schema: indexes name their rule, regions count from one or are byte offsets, paths are URIs", async () => {
		const run = await sarif({ "model.onnx": encodeModel().subarray(0, 40), "a b#1.bin": Buffer.from("7f454c46020101", "hex") });
		expect(run.results.length).toBeGreaterThan(1);
		const cut = run.results.find(({ ruleId }) => ruleId === "C01")!;
		expect(cut.locations![0]!.physicalLocation.region).toEqual({ byteOffset: expect.any(Number) });
		for (const { ruleId, ruleIndex, level, message, locations = [] } of run.results) {
			expect(run.tool.driver.rules[ruleIndex]!["id"]).toBe(ruleId);
			expect(["error", "warning", "note"]).toContain(level);
			expect(message.text).not.toBe("");
			for (const { physicalLocation } of locations) {
				expect(physicalLocation.artifactLocation.uri).toMatch(/^[A-Za-z0-9._~!'()*%/-]+$/);
				expect(run.originalUriBaseIds).toHaveProperty(physicalLocation.artifactLocation.uriBaseId);
				for (const [key, value] of Object.entries(physicalLocation.region ?? {})) {
					expect(["startLine", "startColumn", "byteOffset"]).toContain(key);
					expect(value).toBeGreaterThanOrEqual(key === "byteOffset" ? 0 : 1);
				}
			}
		}
		expect(
			run.results.flatMap(({ locations = [] }) => locations).map((at) => at.physicalLocation.artifactLocation.uri),
		).toContain("a%20b%231.bin");
	});

	it("tells a check that could not be carried out from one that says no, and keeps reasons of what was skipped", () => {
		const result = { id: "C01", title: "t", severity: "block", status: "error", message: "no answer", hint: "", ms: 1 } as const;
		const skipped = { ...result, id: "H03", status: "skipped", message: "first version" } as const;
		const summary: CheckSummary = { verdict: "fail", level: null, notVerified: [], results: [result, skipped], ms: 1 };
		const { runs } = sarifOf(summary, "0.1.0") as { runs: readonly Record<string, unknown>[] };
		expect(runs[0]).toMatchObject({
			invocations: [{ executionSuccessful: false }],
			results: [{ ruleId: "C01", properties: { status: "error" } }],
			properties: { verdict: "fail", skipped: [{ id: "H03", reason: "first version" }] },
		});
	});
});
