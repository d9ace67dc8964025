import type { Command } from "commander";
import { runDemo } from "../demo/run-demo.ts";
import { contextOf } from "./context.ts";

export function addDemoCommand(program: Command): void {
	program
		.command("demo")
		.option("--keep", "leave it running at the end")
		.description("ship four versions of a real credit model under live traffic: one promoted, one rolled back, one refused")
		.action(async (options: { keep?: boolean }, self: Command) => {
			const { output } = contextOf(self);
			await runDemo(output, options.keep === true);
		});
}
