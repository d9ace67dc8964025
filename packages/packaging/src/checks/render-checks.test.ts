import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckResult } from "./check.ts";
import { renderChecks } from "./render-checks.ts";
import type { CheckSummary } from "./run-checks.ts";
import { wrapWords } from "./wrap-words.ts";

function result(id: string, more: Partial<CheckResult> = {}): CheckResult {
	return { id, title: `Title of ${id}`, severity: "block", status: "pass", message: "as it should be", hint: "", ms: 1, ...more };
}

function summary(results: readonly CheckResult[], more: Partial<CheckSummary> = {}): CheckSummary {
	return { verdict: "pass", level: "L2", notVerified: [], results, ms: 39, ...more };
}

const failed = result("C01", {
	status: "fail",
	message: "is cut off (and 1 more)",
	findings: [
		{ code: "a", message: "is cut off", hint: "Copy it again.", file: "model.onnx", offset: 40 },
		{ code: "a", message: "is odd", hint: "Copy it again.", file: "x.yaml", line: 2, column: 7 },
	],
});

describe("the checklist", () => {
	it("begins with what refuses, then what warns, whatever the order of the checks", () => {
		const warned = result("M03", { severity: "warn", status: "fail", message: "slow" });
		const text = renderChecks(summary([result("M01"), warned, failed], { verdict: "fail" }));
		const marks = text.split("\n").filter((line) => /^\S/.test(line));
		expect(marks.map((line) => line.slice(0, 9))).toEqual(["FAIL  C01", "warn  M03", "pass  M01", "content v", "refused: "]);
		expect(marks.at(-1)).toBe("refused: 1 of 3 checks failed in 39 ms, of 2 s, 1 warning");
	});

	it("names the place of each finding once, and a shared hint once", () => {
		const text = renderChecks(summary([failed], { verdict: "fail" }));
		expect(text).toContain("model.onnx at byte 40: is cut off\n           x.yaml:2:7: is odd\n           -> Copy it again.\n");
	});

	it("has one line for a passing group where it is compact, one for each check where not", () => {
		const results = [result("A02"), result("A03"), result("A01", { status: "skipped", message: "no claim" })];
		expect(renderChecks(summary(results), { compact: true })).toMatch(/^pass {2}integrity and archive: 2 passed, 1 skipped/m);
		expect(renderChecks(summary(results))).toMatch(/^pass {2}A03 {2}Title of A03/m);
	});

	it("shows what was skipped by its reason, what was not verified, and a first load outside the budget", () => {
		const skipped = ["D01", "D02"].map((id) => result(id, { status: "skipped", message: "there is no GGUF file" }));
		const text = renderChecks(summary([...skipped, result("H11", { ms: 812 })], { notVerified: ["A04: there is no lock"] }));
		expect(text).toContain("skip  D01, D02: there is no GGUF file");
		expect(text).toContain("not verified\n  A04: there is no lock\n\ncontent verified to L2 (structures)");
		expect(text).toContain("first load, not part of the budget, 812 ms: as it should be");
	});

	it("folds the formats that a package lacks where it is compact, never what was turned off or left unverified", () => {
		const skipped = (id: string, message: string, notVerified?: readonly string[]) =>
			result(id, { status: "skipped", message, ...(notVerified === undefined ? {} : { notVerified }) });
		const results = [
			...["B01", "B02", "B03", "D01", "D02"].map((id) => skipped(id, `nothing for ${id}`)),
			skipped("E01", "turned off by the endpoint's policy", ["Pickles call nothing"]),
			skipped("H03", "first version"),
			skipped("F02", "there is no tokenizer"),
		];
		const text = renderChecks(summary(results), { compact: true, width: 100 });
		expect(text.split("\n").filter((line) => line.startsWith("skip"))).toEqual([
			"skip  E01: turned off by the endpoint's policy",
			"skip  H03: first version",
			"skip  B01 to B03, D01, D02, F02: nothing of the kind is in the package (--all says what)",
		]);
		expect(renderChecks(summary(results))).toContain("skip  B02: nothing for B02");
	});

	it("says when the budget was not kept", () => {
		expect(renderChecks(summary([result("M01")], { ms: 2_400 }))).toContain("passed in 2.4 s, over the budget of 2 s");
	});

	it("stays within 80 columns and loses no word, whatever a message holds", () => {
		fc.assert(
			fc.property(fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1, maxLength: 60 }), (words) => {
				const message = words.join(" ");
				const text = renderChecks(summary([result("C01", { status: "fail", message })], { verdict: "fail" }), { width: 80 });
				expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
				expect(text.replaceAll(/\s+/g, " ")).toContain(message);
			}),
		);
	});

	it("breaks a title that leaves no room for its time", () => {
		const title = "The version goes on from the one before, and says what changed";
		const text = renderChecks(summary([result("H08", { title, ms: 1_234_000 })]), { width: 80 });
		expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
		expect(text).toMatch(/^pass {2}H08 {2}The version.* 20 min 34 s\n {11}changed$/m);
	});

	it("leaves a word that is too long whole", () => {
		expect(wrapWords(`see ${"x".repeat(30)} there`, 10)).toEqual(["see", "x".repeat(30), "there"]);
	});
});
