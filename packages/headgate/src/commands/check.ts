import { writeFile } from "node:fs/promises";
import { type CheckSummary, explainCheck, renderChecks, sarifOf, wrapWords } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import type { Command } from "commander";
import { readYaml } from "../config/read-yaml.ts";
import type { Output } from "../terminal/output.ts";
import { startSpinner } from "../terminal/spinner.ts";
import { checkTarget } from "../wiring/check-target.ts";
import { contextOf } from "./context.ts";

/** As a process ended by Ctrl-C. */
const INTERRUPTED = 130;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface CheckFlags {
	readonly run?: boolean;
	readonly endpoint?: string;
	readonly champion?: string;
	readonly sarif?: string;
	readonly explain?: string;
	readonly all?: boolean;
}

export function addCheckCommand(program: Command): void {
	program
		.command("check")
		.argument("[path]", "a package folder, an archive of one, or one weight file")
		.option("--run", "also load it in a process of its own, with its limits, and compare its answers with its examples")
		.option("--endpoint <file>", "apply the checks that this endpoint.yaml turns off, and its evaluation_age")
		.option("--champion <package>", "compare its schemas with this package (folder, archive, or pushed name@version)")
		.option("--sarif <file>", "also write the findings as SARIF 2.1.0")
		.option("--explain <id>", "say what a check refuses, why, and how to turn it off")
		.option("--all", "a line for each check that passed or had nothing to look at, also on a terminal")
		.description("validate a package before anything of it is loaded; exit 1 when it is refused")
		.action(async (target: string | undefined, flags: CheckFlags, self: Command) => {
			const { output, folder } = contextOf(self);
			if (flags.explain !== undefined) return explain(flags.explain, output);
			if (target === undefined)
				throw new HeadgateError("command.invalid", "there is no path to check", { hint: "headgate check DIR" });
			const stop = new AbortController();
			const interrupt = () => stop.abort();
			// Not once: a launcher may pass on what the terminal has sent to both already, and what was unpacked must still go.
			for (const signal of SIGNALS) process.on(signal, interrupt);
			let doing = `checking ${target}`;
			const spinner = startSpinner(output, () => doing);
			try {
				const { kind, summary } = await checkTarget(
					{
						target,
						run: flags.run === true,
						...(flags.endpoint === undefined ? {} : { endpoint: readYaml(flags.endpoint) }),
						champion: flags.champion,
						signal: stop.signal,
						onLoad: () => {
							doing = `loading ${target} for the first time`;
						},
					},
					folder,
				);
				spinner.stop();
				if (flags.sarif !== undefined) await writeSarif(flags.sarif, summary, program.version() ?? "");
				show(summary, flags, output);
				process.exitCode = summary.verdict === "pass" ? 0 : 1;
				output.result({ path: target, kind, servable: servableOf(summary), ...summary });
			} catch (error) {
				if (!stop.signal.aborted) throw error;
				process.exitCode = INTERRUPTED;
			} finally {
				spinner.stop();
				for (const signal of SIGNALS) process.off(signal, interrupt);
			}
		});
}

function show(summary: CheckSummary, flags: CheckFlags, output: Output): void {
	const terminal = process.stdout.isTTY === true;
	const width = terminal ? { width: process.stdout.columns ?? 80 } : {};
	output.line(renderChecks(summary, { paint: output.paint, compact: terminal && flags.all !== true, ...width }));
}

/** Null where nothing is known to serve or not to serve. */
function servableOf({ results }: CheckSummary): boolean | null {
	const { detail } = results.find(({ id }) => id === "M03") ?? {};
	return (detail?.["servable"] as boolean | undefined) ?? null;
}

async function writeSarif(file: string, summary: CheckSummary, version: string): Promise<void> {
	try {
		await writeFile(file, `${JSON.stringify(sarifOf(summary, version), null, "\t")}\n`);
	} catch (cause) {
		throw new HeadgateError("file.unwritable", `${file} cannot be written: ${(cause as Error).message}`, { path: file, cause });
	}
}

function explain(id: string, output: Output): void {
	const explanation = explainCheck(id);
	const { title, group, severity, effect, refuses, why, turnOff } = explanation;
	const width = Math.min(process.stdout.isTTY === true ? (process.stdout.columns ?? 80) : 100, 100);
	output.line(output.paint("bold", `${explanation.id}  ${title}`));
	const parts: readonly (readonly [string, string])[] = [
		["group", group],
		["severity", `${severity}. ${effect}`],
		["refuses", refuses],
		...(why === null ? [] : [["why", why] as const]),
		["turn off", turnOff],
	];
	for (const [name, text] of parts) {
		const [first = "", ...rest] = wrapWords(text, width - 12);
		output.line(`  ${output.paint("dim", name.padEnd(10))}${first}`);
		for (const line of rest) output.line(`${" ".repeat(12)}${line}`);
	}
	output.result(explanation);
}
