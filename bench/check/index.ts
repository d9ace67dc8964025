/**
 * Pre-deploy validation of large sealed packages, with nothing of them in the page cache. It makes the files, checks them as a
 * deploy does, and leaves nothing behind.
 */
import { statfs } from "node:fs/promises";
import { type CheckSummary, renderChecks } from "@headgate/packaging";
import { type Bench, type BenchContext, type BenchResult, NotMeasured } from "../shared/bench.ts";
import { gibibytes, median, threeDigits } from "../shared/numbers.ts";
import { renderTable } from "../shared/table.ts";
import { dropCaches } from "./cold-cache.ts";
import { pushDense, type SealedPackage, sealSparse } from "./sealed-packages.ts";

const FIRST_MS = 2_000;
/** Of packages of 3 GiB, and of larger ones. */
const GOAL_MS = { small: 500, large: 1_000 };
const SMALL_GIB = 3;
const LARGE_GIB = 10;
const SEED = 1;
/** The dense weights lie there twice while they are pushed. */
const NEEDED_BYTES = 6.5 * 2 ** 30;

export const checkBench: Bench = {
	name: "check",
	about: "pre-deploy validation of sealed packages of 3 and 10 GiB, cold cache",
	options: { repetitions: { about: "checks of each package", fallback: 5, min: 1, max: 100 } },
	run,
};

interface Measured {
	readonly name: string;
	readonly bytes: number;
	readonly ms: readonly number[];
	readonly slowestMs: number;
	readonly level: string;
	readonly notVerified: readonly string[];
	readonly preparedMs: number;
}

async function run(context: BenchContext): Promise<BenchResult> {
	const { bavail, bsize } = await statfs(context.folder);
	const free = bavail * bsize;
	if (free < NEEDED_BYTES) {
		throw new NotMeasured(`${context.folder} has ${gibibytes(free)} free, ${gibibytes(NEEDED_BYTES)} are needed (set TMPDIR)`);
	}
	const warm = dropCaches();
	context.line(`  ${warm ?? "page cache dropped before each check"}`);
	const measured: Measured[] = [];
	for (const make of [
		() => sealSparse(context.folder, SMALL_GIB),
		() => sealSparse(context.folder, LARGE_GIB),
		() => pushDense(context.folder, SMALL_GIB, SEED),
	]) {
		const sealed = await make();
		context.line(`  ${sealed.name}: ${sealed.preparation} in ${threeDigits(sealed.preparedMs / 1000)} s`);
		measured.push(await measure(context, sealed));
	}
	show(context, measured);
	const slowest = Math.max(...measured.map((one) => one.slowestMs));
	const goalOf = (one: Measured): number => (one.bytes > 2 * SMALL_GIB * 2 ** 30 ? GOAL_MS.large : GOAL_MS.small);
	return {
		figure: `${threeDigits(slowest / 1000)} s for the slowest check${warm === null ? "" : ", warm cache"}`,
		first: `< ${FIRST_MS / 1000} s each`,
		meetsFirst: slowest < FIRST_MS,
		goal: `< ${GOAL_MS.small / 1000} s for 3 GiB, < ${GOAL_MS.large / 1000} s for 10 GiB`,
		meetsGoal: measured.every((one) => one.slowestMs < goalOf(one)),
		versions: {},
		measured: { cache: warm ?? "dropped before each check", packages: measured },
	};
}

async function measure(context: BenchContext, sealed: SealedPackage): Promise<Measured> {
	const summaries: CheckSummary[] = [];
	const ms: number[] = [];
	for (let i = 0; i < context.options["repetitions"]!; i++) {
		dropCaches();
		const started = performance.now();
		const summary = await sealed.check();
		ms.push(Math.round(performance.now() - started));
		if (summary.verdict !== "pass") throw new Error(`${sealed.name} did not pass:\n${renderChecks(summary)}`);
		summaries.push(summary);
	}
	const levels = [...new Set(summaries.map((summary) => summary.level ?? "none"))].sort();
	const { notVerified } = summaries.at(-1)!;
	const { name, bytes, preparedMs } = sealed;
	return {
		name,
		bytes,
		ms,
		slowestMs: Math.max(...ms),
		level: levels.join("-"),
		notVerified,
		preparedMs: Math.round(preparedMs),
	};
}

function show(context: BenchContext, measured: readonly Measured[]): void {
	context.line();
	const rows = measured.map(({ name, bytes, ms, slowestMs, level }) => [
		name,
		bytes.toLocaleString("en"),
		threeDigits(median(ms)),
		String(slowestMs),
		String(ms.length),
		level,
	]);
	const headings = ["package", "bytes", "median ms", "slowest ms", "checks", "level"];
	for (const text of renderTable(headings, rows)) context.line(`  ${text}`);
	for (const { name, notVerified } of measured) {
		for (const words of notVerified) context.line(`  ${name}, not verified: ${words}`);
	}
}
