/**
 * `npm run bench -- NAME [--check] [--write] [options]`: runs one of the programs that show Headgate's numbers. It knows their
 * names, options and exit codes; what is measured, and against what, is each program's own affair.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { checkBench } from "./check/index.ts";
import { gatewayBench } from "./gateway/index.ts";
import { liveBench } from "./live/index.ts";
import { mutationsBench } from "./mutations/index.ts";
import { outageBench } from "./outage/index.ts";
import { pushBench } from "./push/index.ts";
import { realCasesBench } from "./real-cases/index.ts";
import { rollbackBench } from "./rollback/index.ts";
import { type Bench, type BenchResult, NotMeasured } from "./shared/bench.ts";
import { describeMachine, renderMachine } from "./shared/machine.ts";
import { writeResult } from "./shared/results.ts";
import { simulateBench } from "./simulate/index.ts";
import { verdictCostBench } from "./verdict-cost/index.ts";

const BENCHES: readonly Bench[] = [
	gatewayBench,
	checkBench,
	pushBench,
	rollbackBench,
	outageBench,
	mutationsBench,
	simulateBench,
	verdictCostBench,
	liveBench,
	realCasesBench,
];

const EXIT = { done: 0, missed: 1, usage: 2, notMeasured: 3 } as const;

interface Request {
	readonly bench: Bench;
	readonly options: Readonly<Record<string, number>>;
	readonly check: boolean;
	readonly write: boolean;
}

class UsageError extends Error {}

function line(text = ""): void {
	process.stdout.write(`${text}\n`);
}

async function main(): Promise<number> {
	let request: Request;
	try {
		request = readArguments(process.argv.slice(2));
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		process.stderr.write(`error: ${error.message}\n\n${usage()}\n`);
		return EXIT.usage;
	}
	try {
		return await perform(request);
	} catch (error) {
		if (error instanceof NotMeasured) line(`not measured: ${error.message}`);
		else process.stderr.write(`the bench failed: ${error instanceof Error ? error.stack : String(error)}\n`);
		return EXIT.notMeasured;
	}
}

async function perform({ bench, options, check, write }: Request): Promise<number> {
	const machine = describeMachine();
	line(`${bench.name}: ${bench.about}`);
	line(`  ${renderMachine(machine)}`);
	const result = await runIn(bench, options);
	if (write) line(`kept in ${relative(process.cwd(), await writeResult(bench, options, machine, result))}`);
	const verdict = result.meetsFirst ? (result.meetsGoal ? "goal reached" : "first reached") : "first missed";
	line(`${bench.name}: ${result.figure}  (first ${result.first}, goal ${result.goal}): ${verdict}`);
	return check && !result.meetsFirst ? EXIT.missed : EXIT.done;
}

/** Whatever happens, also on Ctrl-C: what the bench started is ended and its folder is gone afterwards. */
async function runIn(bench: Bench, options: Readonly<Record<string, number>>): Promise<BenchResult> {
	const folder = await mkdtemp(join(tmpdir(), `headgate-bench-${bench.name}-`));
	const undos: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
	const interrupted = new Promise<never>((_, reject) => {
		for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => reject(new NotMeasured("interrupted")));
	});
	try {
		const running = bench.run({ options, folder, line, atEnd: (undo) => undos.push(undo) });
		return await Promise.race([running, interrupted]);
	} finally {
		for (const undo of undos.reverse()) await undo();
	}
}

function readArguments(args: readonly string[]): Request {
	const [name = "", ...rest] = args;
	const bench = BENCHES.find((candidate) => candidate.name === name);
	if (bench === undefined) throw new UsageError(name === "" ? "which bench?" : `there is no bench "${name}"`);
	const options: Record<string, { type: "string" } | { type: "boolean" }> = {
		check: { type: "boolean" },
		write: { type: "boolean" },
	};
	for (const option of Object.keys(bench.options)) options[option] = { type: "string" };
	let values: Record<string, unknown>;
	try {
		values = parseArgs({ args: rest, options, strict: true }).values;
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
	const numbers = Object.keys(bench.options).map((option) => [option, readNumber(bench, option, values[option])] as const);
	return { bench, options: Object.fromEntries(numbers), check: values["check"] === true, write: values["write"] === true };
}

function readNumber(bench: Bench, name: string, text: unknown): number {
	const { fallback, min, max } = bench.options[name]!;
	if (text === undefined) return fallback;
	const value = Number(text);
	if (typeof text === "string" && text.trim() !== "" && value >= min && value <= max) return value;
	throw new UsageError(`--${name} is "${text}", expected a number from ${min} to ${max}`);
}

function usage(): string {
	const lines = ["usage: npm run bench -- NAME [--check] [--write] [options]", ""];
	for (const bench of BENCHES) {
		lines.push(`  ${bench.name.padEnd(10)} ${bench.about}`);
		for (const [name, { about, fallback }] of Object.entries(bench.options)) {
			lines.push(`             --${name} N  ${about} (${fallback})`);
		}
	}
	lines.push("", "  --check    exit 1 when the first number is missed (3 when it cannot be measured)");
	lines.push("  --write    keep the result in bench/results/");
	return lines.join("\n");
}

process.exit(await main());
