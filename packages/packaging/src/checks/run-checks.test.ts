import { describe, expect, it } from "vitest";
import { writePackage } from "../testing/package-fixture.ts";
import { type Check, pass } from "./check.ts";
import type { CheckInput } from "./check-input.ts";
import { renderChecks } from "./render-checks.ts";
import { runChecks } from "./run-checks.ts";

async function inputOf(): Promise<CheckInput> {
	return {
		root: await writePackage({ a: "x" }),
		files: [{ path: "a", size: 1 }],
		now: 0,
		budgetMs: 0,
		seed: 0,
		withManifest: false,
	};
}

const base = { id: "X01", title: "A check", refuses: "Something." };

describe("the runner", () => {
	it("treats the silence of a serious check as a no", async () => {
		const silent: Check = { ...base, severity: "high", deadlineMs: 10, run: () => new Promise(() => undefined) };
		const summary = await runChecks(await inputOf(), { checks: [silent] });
		expect(summary).toMatchObject({
			verdict: "fail",
			results: [{ status: "error", message: expect.stringContaining("no answer") }],
		});
	});

	it("treats a crash like silence, and keeps the other results", async () => {
		const crash: Check = { ...base, severity: "block", run: () => Promise.reject(new TypeError("boom")) };
		const fine: Check = { ...base, id: "X02", severity: "block", run: () => pass("fine") };
		const summary = await runChecks(await inputOf(), { checks: [crash, fine] });
		expect(summary.verdict).toBe("fail");
		expect(summary.results.map((result) => result.status)).toEqual(["error", "pass"]);
	});

	it("shows the failure of a check that only warns, and passes", async () => {
		const warn: Check = { ...base, severity: "warn", run: () => ({ status: "fail", message: "odd", hint: "Look." }) };
		const summary = await runChecks(await inputOf(), { checks: [warn] });
		expect(summary.verdict).toBe("pass");
		expect(renderChecks(summary, { colour: false })).toMatch(/^warn X01 {2}A check .* odd\n {7}Look\./);
	});

	it("prints no control characters of a package", async () => {
		const evil: Check = { ...base, severity: "warn", run: () => pass("\u001b[2Jgone") };
		expect(renderChecks(await runChecks(await inputOf(), { checks: [evil] }), { colour: false })).not.toContain("\u001b");
	});
});
