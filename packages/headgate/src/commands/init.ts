import { initFolder } from "@headgate/packaging";
import type { Command } from "commander";
import { contextOf } from "./context.ts";

export function addInitCommand(program: Command): void {
	program
		.command("init")
		.argument("<folder>", "a folder with a model in it")
		.description("write a first model.yaml from what the folder holds; gaps are marked with what to fill in")
		.action(async (folder: string, _: unknown, self: Command) => {
			const { output } = contextOf(self);
			const report = await initFolder(folder);
			for (const file of report.written) output.line(`wrote ${file}`);
			if (report.gaps.length > 0) output.line("fill in:");
			for (const gap of report.gaps) output.line(`  ${gap}`);
			output.line(`then: headgate check ${folder}`);
			output.result(report);
		});
}
