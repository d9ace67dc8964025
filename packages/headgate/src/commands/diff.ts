import { diffPackages, readPackageFacts } from "@headgate/packaging";
import type { Command } from "commander";
import { progressText } from "../terminal/progress.ts";
import { renderDiff } from "../terminal/render-diff.ts";
import { openPackage } from "../wiring/open-package.ts";
import { type CommandContext, contextOf } from "./context.ts";

/** Shorter work shows no progress. */
const SILENT_MS = 500;

export function addDiffCommand(program: Command): void {
	program
		.command("diff")
		.argument("<a>", "a package folder, an archive of one, or a pushed name@version")
		.argument("<b>", "what to compare it with")
		.option("--exit-code", "exit 1 when they differ")
		.description(
			"how two packages differ: files, manifest, schemas, features, dependencies, data, hyperparameters, metrics, templates",
		)
		.action(async (a: string, b: string, flags: { exitCode?: boolean }, self: Command) => {
			const context = contextOf(self);
			const { output } = context;
			const diff = diffPackages(await factsOf(a, context), await factsOf(b, context));
			const width = process.stdout.isTTY === true ? (process.stdout.columns ?? 80) : 120;
			for (const line of renderDiff(diff, output, width)) output.line(line);
			process.exitCode = flags.exitCode === true && !diff.same ? 1 : 0;
			output.result(diff);
		});
}

async function factsOf(target: string, { folder, output }: CommandContext) {
	const opened = await openPackage(target, folder);
	const startedAtMs = Date.now();
	try {
		return await readPackageFacts(opened.folder, {
			lock: opened.lock,
			onProgress: ({ bytesDone, bytesTotal }) => {
				if (Date.now() - startedAtMs > SILENT_MS)
					output.progress(progressText(`reading ${target}`, bytesDone, bytesTotal, startedAtMs));
			},
		});
	} finally {
		await opened.close();
	}
}
