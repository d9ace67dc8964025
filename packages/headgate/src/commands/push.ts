import type { Command } from "commander";
import { pushFolder } from "../remote/push-folder.ts";
import { progressText } from "../terminal/progress.ts";
import { contextOf } from "./context.ts";

export function addPushCommand(program: Command): void {
	program
		.command("push")
		.argument("<folder>", "a package folder with its model.yaml")
		.description("check a package and take it into the store; a version never changes once pushed")
		.action(async (folder: string, _: unknown, self: Command) => {
			const { output, control } = contextOf(self);
			const startedAtMs = Date.now();
			const pushed = await pushFolder(control(), folder, (done, total) =>
				output.progress(progressText("pushing", done, total, startedAtMs)),
			);
			output.line(`${pushed.isNew ? "pushed" : "already there:"} ${pushed.name}@${pushed.version}`);
			output.line(`  ${pushed.digest}`);
			output.result(pushed);
		});
}
