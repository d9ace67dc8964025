import { IMPORT_SOURCES, type ImportSource, type InitReport, importModel, initFolder, lockFolder } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import { type Command, Option } from "commander";
import type { Output } from "../terminal/output.ts";
import { progressText } from "../terminal/progress.ts";
import { wrapped } from "../terminal/wrapped.ts";
import { contextOf } from "./context.ts";

interface InitFlags {
	readonly from?: ImportSource;
	readonly lock?: boolean;
	readonly resolve: boolean;
	readonly python?: string;
	readonly inputSchema?: string;
	readonly outputSchema?: string;
	readonly cache?: string;
}

export function addInitCommand(program: Command): void {
	program
		.command("init")
		.argument("<folders...>", "a folder with a model in it; with --from, the source and a new folder")
		.description("write a first model.yaml from what the folder holds; gaps are marked with what to fill in")
		.addOption(new Option("--from <tool>", "copy a model of this tool into a new package folder").choices(IMPORT_SOURCES))
		.option("--input-schema <file>", "with --from: JSON Schema of one instance, where the source has none")
		.option("--output-schema <file>", "with --from: JSON Schema of one answer, where the source has none")
		.option("--cache <folder>", "with --from huggingface: links may lead into this folder (default: the repository's own)")
		.option("--lock", "only resolve requirements.txt or environment.yml into env/requirements.lock")
		.option("--python <command>", "the interpreter to resolve requirements for (default: the model's minor version, or python3)")
		.option("--no-resolve", "do not ask pip for exact versions and hashes")
		.action(async (folders: readonly string[], flags: InitFlags, self: Command) => {
			const { output } = contextOf(self);
			const [source, target] = foldersOf(folders, flags);
			const signal = untilInterrupted();
			if (flags.lock === true) return lockOnly(target, { ...flags, signal }, output);
			const startedAtMs = Date.now();
			const options = {
				...flags,
				signal,
				onProgress: output.progress,
				onBytes: (done: number, total: number) => output.progress(progressText("copying", done, total, startedAtMs)),
			};
			const report =
				flags.from === undefined ? await initFolder(target, options) : await importModel(flags.from, source, target, options);
			tell(report, target, output);
			output.result(report);
		});
}

/** pip runs in a group of its own, so that all of it can be ended: the terminal's interrupt does not reach it by itself. */
function untilInterrupted(): AbortSignal {
	const stop = new AbortController();
	const cancel = (): void => stop.abort(new HeadgateError("init.cancelled", "init was interrupted"));
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, cancel);
	return stop.signal;
}

/** The source, if there is one, and the folder of the package. */
function foldersOf(folders: readonly string[], { from, lock }: InitFlags): readonly [source: string, target: string] {
	const needed = from === undefined ? 1 : 2;
	if (from !== undefined && lock === true) throw new HeadgateError("command.invalid", "--lock and --from cannot stand together");
	if (folders.length === needed) return [folders[0]!, folders[needed - 1]!];
	const form = from === undefined ? "init FOLDER" : `init --from ${from} SOURCE NEW_FOLDER`;
	throw new HeadgateError("command.invalid", `${folders.length} folders are given; the form is headgate ${form}`);
}

async function lockOnly(
	folder: string,
	{ python, signal }: InitFlags & { readonly signal: AbortSignal },
	output: Output,
): Promise<void> {
	const report = await lockFolder(folder, { python, signal, onProgress: output.progress });
	for (const file of report.written) output.line(`wrote ${file}`);
	for (const note of report.notes) output.line(wrapped(note, "  "));
	if (report.condaOnly.length > 0)
		output.line(wrapped(`not on PyPI, the host has to have them: ${report.condaOnly.join(", ")}`, "  "));
	output.line(`in model.yaml: dependencies: ${report.written[0]}`);
	output.result(report);
}

function tell(report: InitReport, folder: string, output: Output): void {
	output.line(`found ${report.what}`);
	for (const note of report.notes) output.line(wrapped(note, "  "));
	for (const file of report.written) output.line(`wrote ${file}`);
	if (report.gaps.length > 0) output.line("fill in model.yaml:");
	for (const gap of report.gaps) output.line(wrapped(gap, "  "));
	output.line(`then: headgate check ${folder}`);
}
