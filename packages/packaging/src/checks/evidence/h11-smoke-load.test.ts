import { describe, expect, it } from "vitest";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { type CheckPackageOptions, checkPackage } from "../check-package.ts";
import { statedLatencies } from "./h11-smoke-load.ts";
import { judgeSmokeLoad } from "./judge-smoke-load.ts";
import type { SmokeEnd, SmokeLimits, SmokeLoad } from "./smoke-load.ts";

const MiB = 2 ** 20;
const limits: SmokeLimits = { memoryBytes: 512 * MiB, startMs: 60_000 };
const answered: SmokeLoad = {
	end: { kind: "answered" },
	startMs: 240,
	examples: 8,
	latencyMs: { "50": 0.2, "95": 0.5, "99": 3 },
	peakBytes: 62 * MiB,
};

function ofEnd(end: SmokeEnd, more: Partial<SmokeLoad> = {}) {
	return judgeSmokeLoad({ ...answered, end, ...more }, limits, []);
}

describe("the judgement of a first load", () => {
	it("passes with its figures when every example is answered within the limits", () => {
		const outcome = judgeSmokeLoad(answered, limits, []);
		expect(outcome).toMatchObject({ status: "pass", detail: { examples: 8, peakBytes: 62 * MiB } });
		expect(outcome.message).toBe("loaded in 240 ms, 8 examples answered as expected, median 0.20 ms, at most 62 MiB of 512 MiB");
	});

	it("says that answers were not verified where there are no examples", () => {
		const outcome = judgeSmokeLoad({ ...answered, examples: 0, latencyMs: null }, limits, []);
		expect(outcome.notVerified).toEqual(["what it answers: there are no examples"]);
	});

	it.each([
		[
			{ kind: "crashed", how: "SIGSEGV", phase: "loading", stderr: "\u001b[2Joh" },
			"smoke.crashed",
			"ended (SIGSEGV) while it was loading",
		],
		[{ kind: "crashed", how: "SIGKILL", phase: "answering", stderr: "" }, "smoke.crashed", "for want of memory"],
		[{ kind: "late", phase: "loading", limitMs: 60_000 }, "smoke.late", "still loading after 1 min"],
		[{ kind: "late", phase: "answering", limitMs: 60_000 }, "smoke.late", "still answering its examples after 1 min"],
		[{ kind: "memory", phase: "loading" }, "smoke.memory", "declares 512 MiB, it took 600 MiB, and was ended while loading"],
		[{ kind: "refused", code: "runtime.load-failed", message: "no graph", hint: "x" }, "runtime.load-failed", "no graph"],
	] as [SmokeEnd, string, string][])("fails what ended as %j", (end, code, words) => {
		const outcome = ofEnd(end, { peakBytes: 600 * MiB });
		expect(outcome).toMatchObject({ status: "fail", code, message: expect.stringContaining(words) });
		expect(outcome.message).not.toContain("\u001b");
	});

	it("fails a load that stayed alive above what it declares", () => {
		expect(ofEnd({ kind: "answered" }, { peakBytes: 513 * MiB })).toMatchObject({ status: "fail", code: "smoke.memory" });
	});

	it("warns from more than three times the stated latency on, not before", () => {
		const report = {
			metrics: [
				{ name: "latency_p99_us", value: 1_000 },
				{ name: "latency_p50", value: 0.05 },
				{ name: "auc", value: 1 },
			],
		};
		const stated = statedLatencies(report);
		expect(stated).toEqual([
			{ name: "latency_p99_us", percentile: "99", ms: 1 },
			{ name: "latency_p50", percentile: "50", ms: 0.05 },
		]);
		expect(judgeSmokeLoad(answered, limits, stated.slice(0, 1)).status).toBe("pass");
		const slow = judgeSmokeLoad(answered, limits, stated);
		expect(slow).toMatchObject({ status: "fail", severity: "warn", code: "smoke.slow" });
		expect(slow.message).toBe("latency_p50 is 0.20 ms here, the report states 0.05 ms: more than 3 times as much");
	});

	it("takes no latency from a report that is none", () => {
		for (const report of [null, 7, { metrics: 7 }, { metrics: [null, { name: 7 }, { name: "latency_p99", value: "1" }] }]) {
			expect(statedLatencies(report)).toEqual([]);
		}
	});
});

describe("H11", () => {
	async function run(options: CheckPackageOptions, files: Record<string, string> = {}) {
		const summary = await checkPackage(await writePackage(packageFiles(files)), options);
		return summary.results.find(({ id }) => id === "H11")!;
	}

	it("loads nothing unless asked, and says so", async () => {
		expect(await run({})).toMatchObject({ status: "skipped", message: expect.stringContaining("check --run") });
	});

	it("gives the load the limits that the manifest declares", async () => {
		const seen: SmokeLimits[] = [];
		const resources = "resources: { cpu: 1, memory: 1.5Gi, disk: 1Gi, gpu: 0, startupSeconds: 5 }";
		const smoke = async (given: SmokeLimits) => {
			seen.push(given);
			return answered;
		};
		await run({ smoke }, { "model.yaml": manifestText({ resources }) });
		await run({ smoke });
		expect(seen).toEqual([
			{ memoryBytes: 1_536 * MiB, startMs: 5_000 },
			{ memoryBytes: 512 * MiB, startMs: 60_000 },
		]);
	});

	it("loads nothing of a package that another check refuses", async () => {
		const smoke = () => Promise.reject(new Error("it must not be loaded"));
		expect(await run({ smoke }, { "input.schema.json": "{" })).toMatchObject({
			status: "skipped",
			message: expect.stringContaining("not run"),
		});
	});

	it("counts a load that could not be begun as failed", async () => {
		const smoke = () => Promise.reject(new Error("no process"));
		expect(await run({ smoke })).toMatchObject({ status: "error", message: expect.stringContaining("counts as failed") });
	});

	it("is skipped for a runtime that this release does not have", async () => {
		const runtime = 'runtime: { kind: http, versions: {} }\nremote: { protocol: oip-v2, url: "http://127.0.0.1:9" }';
		const result = await run({ smoke: async () => answered }, { "model.yaml": manifestText({ runtime }) });
		expect(result).toMatchObject({ status: "skipped", message: "this release has no http runtime to load it in" });
	});
});
