import { lstatSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkPackage, checkWeightFile, MANIFEST_FILE, readManifest, renderChecks } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import { goldenInference, loadModel, parseExamples } from "@headgate/runtime";
import type { Command } from "commander";
import type { Output } from "../terminal/output.ts";
import { runtimeManifest } from "../wiring/runtime-manifest.ts";
import { contextOf } from "./context.ts";

export function addCheckCommand(program: Command): void {
	program
		.command("check")
		.argument("<path>", "a package folder or one weight file")
		.option("--run", "also load it and compare its answers with the package's examples (golden inference)")
		.description("validate a package before anything of it is loaded; exit 1 when it is refused")
		.action(async (target: string, options: { run?: boolean }, self: Command) => {
			const { output } = contextOf(self);
			const summary = isFolder(target) ? await checkPackage(target) : await checkWeightFile(target);
			output.line(renderChecks(summary));
			process.exitCode = summary.verdict === "pass" ? 0 : 1;
			const golden = options.run === true && summary.verdict === "pass" ? await runGolden(target, output) : null;
			output.result({ ...summary, golden });
		});
}

function isFolder(target: string): boolean {
	try {
		return lstatSync(target).isDirectory();
	} catch (cause) {
		throw new HeadgateError("package.not-found", `there is nothing at ${target}`, { path: target, cause });
	}
}

/** Loads the package as a gateway would and runs its examples. */
async function runGolden(folder: string, output: Output): Promise<{ examples: number }> {
	const reading = readManifest(readFileSync(path.join(folder, MANIFEST_FILE)), { now: Date.now() });
	if (!reading.ok) throw new HeadgateError("package.changed", "model.yaml changed while it was checked", { path: folder });
	const { manifest } = reading;
	const model = await loadModel({ packageDir: path.resolve(folder), manifest: runtimeManifest(manifest), placement: "worker" });
	try {
		const examples =
			typeof manifest.examples === "string" ? parseExamples(await readFile(path.join(folder, manifest.examples), "utf8")) : [];
		await goldenInference(model, examples);
		output.line(
			examples.length === 0
				? "golden inference: it loads; there are no examples to compare with"
				: `golden inference: ${examples.length} ${examples.length === 1 ? "example" : "examples"} answered as expected`,
		);
		return { examples: examples.length };
	} finally {
		await model.close();
	}
}
