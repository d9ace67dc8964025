/**
 * Pre-deploy validation of large packages: sparse and dense, with nothing of them in the page cache and with all of it, sealed and with
 * a broken seal. It makes the files, checks them as a deploy does, and leaves nothing behind.
 */
import { statfs } from "node:fs/promises";
import { type CheckSummary, renderChecks } from "@headgate/packaging";
import { type Bench, type BenchContext, type BenchResult, NotMeasured } from "../shared/bench.ts";
import { gibibytes, median, threeDigits } from "../shared/numbers.ts";
import { renderTable } from "../shared/table.ts";
import { dropCaches } from "./cold-cache.ts";
import { pushDense, type SealedPackage, sealSparse } from "./sealed-packages.ts";

const FIRST_MS = 2_000;
const GOAL_MS = { small: 500, large: 1_000 };
const SEED = 1;
/** Dense weights lie there twice while they are pushed, and some room stays. */
const neededBytes = (weightsGib: number): number => (2 * weightsGib + 0.5) * 2 ** 30;

export const checkBench: Bench = {
	name: "check",
	about: "pre-deploy validation of packages of 3 and 10 GiB: sparse and dense, cold and warm, sealed and with a broken seal",
	options: {
		repetitions: { about: "checks of each sealed package, cold and warm", fallback: 5, min: 1, max: 100 },
		small: { about: "GiB of the smaller packages", fallback: 3, min: 0.0625, max: 1_000 },
		large: { about: "GiB of the larger packages", fallback: 10, min: 0.0625, max: 1_000 },
	},
	run,
};

/** Checks of one package in one state. */
interface Series {
	readonly ms: readonly number[];
	readonly slowestMs: number;
	readonly level: string;
	readonly notVerified: readonly string[];
}

interface Measured {
	readonly name: string;
	readonly bytes: number;
	readonly goalMs: number;
	readonly preparedMs: number;
	readonly cold: Series;
	readonly warm: Series;
	/** Every byte is read, cold and warm, once each. */
	readonly brokenSeal: { readonly cold: Series; readonly warm: Series };
}

async function run(context: BenchContext): Promise<BenchResult> {
	const { small, large } = context.options as { readonly small: number; readonly large: number };
	const free = await freeBytes(context.folder);
	if (free < neededBytes(small)) {
		throw new NotMeasured(
			`${context.folder} has ${gibibytes(free)} free, ${gibibytes(neededBytes(small))} are needed (set TMPDIR)`,
		);
	}
	const uncold = dropCaches();
	context.line(`  ${uncold ?? "page cache dropped before each cold check"}`);
	const measured: Measured[] = [];
	const makers = [
		{ gib: small, goalMs: GOAL_MS.small, make: () => sealSparse(context.folder, small) },
		{ gib: large, goalMs: GOAL_MS.large, make: () => sealSparse(context.folder, large) },
		{ gib: small, goalMs: GOAL_MS.small, needed: neededBytes(small), make: () => pushDense(context.folder, small, SEED) },
		{ gib: large, goalMs: GOAL_MS.large, needed: neededBytes(large), make: () => pushDense(context.folder, large, SEED) },
	];
	for (const { gib, goalMs, needed = 0, make } of makers) {
		const left = await freeBytes(context.folder);
		if (left < needed) {
			context.line(`  dense ${gib} GiB: not measured, ${gibibytes(left)} are free and ${gibibytes(needed)} are needed`);
			continue;
		}
		const sealed = await make();
		context.line(`  ${sealed.name}: ${sealed.preparation} in ${threeDigits(sealed.preparedMs / 1000)} s`);
		measured.push(await measure(sealed, goalMs, context.options["repetitions"]!));
		await sealed.remove();
	}
	show(context, measured);
	const slowestOf = (one: Measured): number => Math.max(one.cold.slowestMs, one.warm.slowestMs);
	const slowest = Math.max(...measured.map(slowestOf));
	return {
		figure: `${threeDigits(slowest / 1000)} s for the slowest check of a sealed package${uncold === null ? "" : ", warm cache"}`,
		first: `< ${FIRST_MS / 1000} s each`,
		meetsFirst: slowest < FIRST_MS,
		goal: `< ${GOAL_MS.small / 1000} s for 3 GiB, < ${GOAL_MS.large / 1000} s for 10 GiB`,
		meetsGoal: measured.every((one) => slowestOf(one) < one.goalMs),
		versions: {},
		measured: { cache: uncold ?? "dropped before each cold check", packages: measured },
	};
}

async function freeBytes(folder: string): Promise<number> {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize;
}

async function measure(sealed: SealedPackage, goalMs: number, repetitions: number): Promise<Measured> {
	const cold = await series(sealed, repetitions, true);
	const warm = await series(sealed, repetitions, false);
	await sealed.breakSeal();
	const brokenSeal = { cold: await series(sealed, 1, true), warm: await series(sealed, 1, false) };
	const { name, bytes, preparedMs } = sealed;
	return { name, bytes, goalMs, preparedMs: Math.round(preparedMs), cold, warm, brokenSeal };
}

async function series(sealed: SealedPackage, repetitions: number, isCold: boolean): Promise<Series> {
	const summaries: CheckSummary[] = [];
	const ms: number[] = [];
	// The first of the warm ones brings into the cache what the others find there.
	if (!isCold) await sealed.check();
	for (let i = 0; i < repetitions; i++) {
		if (isCold) dropCaches();
		const started = performance.now();
		const summary = await sealed.check();
		ms.push(Math.round(performance.now() - started));
		if (summary.verdict !== "pass") throw new Error(`${sealed.name} did not pass:\n${renderChecks(summary)}`);
		summaries.push(summary);
	}
	const levels = [...new Set(summaries.map((summary) => summary.level ?? "none"))].sort();
	const notVerified = summaries.at(-1)!.notVerified.filter((words) => words.startsWith("A04"));
	return { ms, slowestMs: Math.max(...ms), level: levels.join("-"), notVerified };
}

function show(context: BenchContext, measured: readonly Measured[]): void {
	context.line();
	const rows = measured.flatMap((one) => [
		row(one, "sealed, cold", one.cold),
		row(one, "sealed, warm", one.warm),
		row(one, "seal broken, cold", one.brokenSeal.cold),
		row(one, "seal broken, warm", one.brokenSeal.warm),
	]);
	const headings = ["package", "state", "bytes", "median ms", "slowest ms", "checks", "level"];
	for (const text of renderTable(headings, rows)) context.line(`  ${text}`);
	context.line("  a broken seal forces every byte to be read (L4), also beyond 2 s: its rows are shown, not judged");
	for (const { name, cold } of measured) {
		for (const words of cold.notVerified) context.line(`  ${name}, not verified: ${words}`);
	}
}

function row({ name, bytes }: Measured, state: string, { ms, slowestMs, level }: Series): string[] {
	return [name, state, bytes.toLocaleString("en"), threeDigits(median(ms)), String(slowestMs), String(ms.length), level];
}
