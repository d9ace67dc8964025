/**
 * Feeds every parser of packaging with damaged and hostile files, each parser in a process of its own whose memory, time and line
 * coverage are measured. A process that ends or hangs is a finding with the number of its case, which makes the same bytes again.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";
import { threeDigits } from "../shared/numbers.ts";
import { renderTable } from "../shared/table.ts";

const CHILD = fileURLToPath(new URL("../../packages/packaging/src/testing/mutations/mutation-child.ts", import.meta.url));
const LIMITS = { memoryMiB: 64, slowestMs: 2_000, coverage: 0.6 };
/** Fewer than for the rest: counting blocks slows a process down. */
const COVERAGE_SHARE = 0.2;
/** No case may take 2 s; a thousand of them without a sign of life is a hang. */
const SILENCE_MS = 120_000;

export const mutationsBench: Bench = {
	name: "mutations",
	about: "every parser against damaged and hostile files",
	options: { cases: { about: "mutations of each parser", fallback: 100_000, min: 100, max: 100_000_000 } },
	run,
};

interface ChildReport {
	readonly answers: Readonly<Record<string, number>>;
	readonly slowestMs: number;
	readonly wrong: readonly string[];
	readonly memoryAboveBaseBytes: number;
	readonly coverage: { readonly lines: number; readonly covered: number } | null;
}

interface Measured {
	readonly parser: string;
	readonly cases: number;
	readonly read: number;
	readonly slowestMs: number;
	readonly memoryMiB: number;
	readonly lineCoverage: number;
	readonly answers: Readonly<Record<string, number>>;
	readonly wrong: readonly string[];
}

async function run(context: BenchContext): Promise<BenchResult> {
	const cases = context.options["cases"]!;
	const measured: Measured[] = [];
	for (const parser of await parserNames()) measured.push(await measure(context, parser, cases));
	const heading = ["parser", "cases", "read", "refused", "wrong", "slowest ms", "memory MiB", "lines covered"];
	const rows = measured.map((one) => [
		one.parser,
		one.cases.toLocaleString("en"),
		one.read.toLocaleString("en"),
		(one.cases - one.read).toLocaleString("en"),
		String(one.wrong.length),
		threeDigits(one.slowestMs),
		threeDigits(one.memoryMiB),
		`${Math.round(one.lineCoverage * 100)} %`,
	]);
	for (const text of renderTable(heading, rows)) context.line(`  ${text}`);
	for (const one of measured) for (const wrong of one.wrong) context.line(`  ${one.parser}: ${wrong}`);
	const failing = measured.filter((one) => !isSound(one));
	const all = measured.reduce((sum, one) => sum + one.cases, 0);
	return {
		figure:
			failing.length === 0
				? `${measured.length} parsers, ${all.toLocaleString("en")} mutations, none wrong`
				: `outside the limits: ${failing.map((one) => one.parser).join(", ")}`,
		first: "no crash, hang or foreign error; each case < 2 s; < 64 MiB above base; >= 60 % of lines",
		meetsFirst: failing.length === 0,
		goal: "the same",
		meetsGoal: failing.length === 0,
		versions: {},
		measured,
	};
}

function isSound(one: Measured): boolean {
	const quick = one.slowestMs < LIMITS.slowestMs;
	return one.wrong.length === 0 && quick && one.memoryMiB < LIMITS.memoryMiB && one.lineCoverage >= LIMITS.coverage;
}

async function measure(context: BenchContext, parser: string, cases: number): Promise<Measured> {
	const started = performance.now();
	const report = await runChild(context, [parser, String(cases)]);
	const covered = await runChild(context, [parser, String(Math.ceil(cases * COVERAGE_SHARE)), "coverage"]);
	context.line(`  ${parser}: ${cases.toLocaleString("en")} cases in ${threeDigits((performance.now() - started) / 1000)} s`);
	return {
		parser,
		cases,
		read: report.answers["read"] ?? 0,
		slowestMs: report.slowestMs,
		memoryMiB: report.memoryAboveBaseBytes / 2 ** 20,
		lineCoverage: covered.coverage === null ? 0 : covered.coverage.covered / Math.max(1, covered.coverage.lines),
		answers: report.answers,
		wrong: [...report.wrong, ...covered.wrong],
	};
}

async function parserNames(): Promise<string[]> {
	return JSON.parse((await lines(["--list"]).next()).value ?? "[]") as string[];
}

async function runChild(context: BenchContext, args: readonly string[]): Promise<ChildReport> {
	let last = "";
	try {
		for await (const text of lines(args, context)) last = text;
		return JSON.parse(last) as ChildReport;
	} catch (error) {
		// A number, and not a report, was the last thing it said: the case it died in is among the thousand after it.
		const wrong = [`after case ${last || "none"}: ${(error as Error).message}`];
		return { answers: {}, slowestMs: Number.POSITIVE_INFINITY, wrong, memoryAboveBaseBytes: 0, coverage: null };
	}
}

/** What a child says, line by line. Throws when it ends with an error or says nothing for too long. */
async function* lines(args: readonly string[], context?: BenchContext): AsyncGenerator<string, void> {
	// A small young generation: the heap grows with what is kept, not with what is thrown away.
	const child = spawn(process.execPath, ["--max-semi-space-size=2", CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
	context?.atEnd(() => child.kill("SIGKILL"));
	const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
	let silence = setTimeout(() => child.kill("SIGKILL"), SILENCE_MS);
	let rest = "";
	for await (const chunk of child.stdout.setEncoding("utf8")) {
		clearTimeout(silence);
		silence = setTimeout(() => child.kill("SIGKILL"), SILENCE_MS);
		const parts = (rest + String(chunk)).split("\n");
		rest = parts.pop()!;
		yield* parts;
	}
	clearTimeout(silence);
	const code = await ended;
	if (code !== 0) throw new Error(code === null ? "the process was ended: it hung" : `the process ended with ${code}`);
}
