import { HeadgateError } from "@headgate/protocol";
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

	it("says of a serious check without an answer that it counts as failed, and of a warning nothing of the kind", async () => {
		const silent = { ...base, deadlineMs: 10, run: () => new Promise<never>(() => undefined) };
		const run = async (check: Check) => (await runChecks(await inputOf(), { checks: [check] })).results[0]!.message;
		expect(await run({ ...silent, severity: "block" })).toBe("no answer after 0.01 s, which counts as failed");
		expect(await run({ ...silent, severity: "warn" })).toBe("no answer after 0.01 s");
		const fault = new HeadgateError("weights.unreadable", "the disk fails");
		const broken: Check = { ...base, severity: "high", run: () => Promise.reject(fault) };
		expect(await run(broken)).toBe("could not be carried out, which counts as failed: the disk fails");
	});

	it("runs a last check after all others, and not at all when they refuse", async () => {
		const order: string[] = [];
		const step = (id: string, more: Partial<Check> = {}, ms = 1): Check => ({
			...base,
			id,
			severity: "block",
			run: async () => {
				await new Promise((resolve) => setTimeout(resolve, ms));
				order.push(id);
				return pass("fine");
			},
			...more,
		});
		const passing = await runChecks(await inputOf(), { checks: [step("X01", { last: true }, 50), step("X02", {}, 5)] });
		expect(order).toEqual(["X02", "X01"]);
		expect(passing.results.map(({ id }) => id)).toEqual(["X01", "X02"]);
		const no = step("X03", { run: () => ({ status: "fail", message: "no", hint: "" }) });
		const refused = await runChecks(await inputOf(), { checks: [step("X01", { last: true }), no] });
		expect(refused.results[0]).toMatchObject({ status: "skipped", message: expect.stringContaining("not run") });
	});

	it("lets each check read a text up to its own limit, whoever came first", async () => {
		const read = (id: string, maxBytes: number): Check => ({
			...base,
			id,
			severity: "block",
			run: async (context) => pass(await context.text("a", maxBytes)),
		});
		const { results } = await runChecks(await inputOf(), { checks: [read("X01", 0), read("X02", 1)] });
		expect(results.map(({ status }) => status)).toEqual(["fail", "pass"]);
	});

	it("shows the failure of a check that only warns, and passes", async () => {
		const warn: Check = { ...base, severity: "warn", run: () => ({ status: "fail", message: "odd", hint: "Look." }) };
		const summary = await runChecks(await inputOf(), { checks: [warn] });
		expect(summary.verdict).toBe("pass");
		expect(renderChecks(summary)).toMatch(/^warn {2}X01 {2}A check .*ms\n +odd\n +-> Look\./);
	});

	it("prints no control characters of a package", async () => {
		const evil: Check = { ...base, severity: "warn", run: () => pass("\u001b[2Jgone") };
		expect(renderChecks(await runChecks(await inputOf(), { checks: [evil] }))).not.toContain("\u001b");
	});
});
