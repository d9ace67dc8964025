import { sizeBytes } from "../../manifest/size-bytes.ts";
import { type Check, skipped } from "../check.ts";
import { judgeSmokeLoad, type StatedLatency } from "./judge-smoke-load.ts";

const DEFAULT_START_MS = 60_000;
/** A load has its own limits, of which resources.startupSeconds allows up to a day; this is beyond all of them. */
const DEADLINE_MS = 25 * 3_600_000;

export const h11SmokeLoad: Check = {
	id: "H11",
	title: "It loads and answers in the real runtime",
	severity: "block",
	refuses:
		"A package that, in a process of its own, does not load within `resources.startupSeconds` (60 s unless it says otherwise), ends or hangs, takes more memory than `resources.memory` above that of the empty process, answers its examples otherwise than they say, or breaks its output schema. More than 3 times a latency that the report states is a warning. It runs with `check --run` and at each deploy, when nothing else refuses; its time is no part of the budget.",
	why: "A server whose model never loaded stayed Ready and took traffic (KServe#1791, #1930), also while it crashed in a loop (#1859). Only a load shows it, and it must not be the gateway's.",
	last: true,
	deadlineMs: DEADLINE_MS,
	async run(context) {
		const { smoke } = context.input;
		if (smoke === undefined)
			return skipped("it runs with check --run and at each deploy", "whether it loads and what it answers");
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)");
		const { kind } = manifest.runtime;
		if (kind !== "onnx")
			return skipped(`this release has no ${kind} runtime to load it in`, "whether it loads and what it answers");
		const { memory, startupSeconds } = manifest.resources;
		const limits = {
			memoryBytes: sizeBytes(memory) ?? Number.POSITIVE_INFINITY,
			startMs: startupSeconds === undefined ? DEFAULT_START_MS : startupSeconds * 1_000,
		};
		const report = typeof manifest.evaluation === "string" ? await context.json(manifest.evaluation).catch(() => null) : null;
		return judgeSmokeLoad(await smoke(limits, context.signal), limits, statedLatencies(report));
	},
};

const PER_MS: Readonly<Record<string, number>> = { us: 1 / 1_000, ms: 1, s: 1_000 };

/** The latencies of a report: metrics `latency_p99`, in ms unless the name ends in a unit (`latency_p50_us`) or `unit` says so. */
export function statedLatencies(report: unknown): StatedLatency[] {
	const metrics = (report as { metrics?: unknown } | null)?.metrics;
	if (!Array.isArray(metrics)) return [];
	return metrics.flatMap((metric: unknown): StatedLatency[] => {
		const { name, value, unit, slice } = (metric ?? {}) as Record<string, unknown>;
		const [, percentile, ending] = /^latency_p(50|95|99)(?:_(us|ms|s))?$/.exec(typeof name === "string" ? name : "") ?? [];
		if (percentile === undefined || slice !== undefined || typeof value !== "number" || !(value > 0)) return [];
		const factor = PER_MS[ending ?? (typeof unit === "string" ? unit : "ms")];
		return factor === undefined ? [] : [{ name: String(name), percentile, ms: value * factor }];
	});
}
