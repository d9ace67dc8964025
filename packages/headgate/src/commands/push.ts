import type { Command } from "commander";
import { pushFolder } from "../remote/push-folder.ts";
import { uploadPackage } from "../remote/upload-package.ts";
import type { Output } from "../terminal/output.ts";
import { progressText } from "../terminal/progress.ts";
import { contextOf } from "./context.ts";

export function addPushCommand(program: Command): void {
	program
		.command("push")
		.argument("<path>", "a package folder with its model.yaml, or an archive of one")
		.option("--upload", "send the bytes also to a control process of this host; one elsewhere always gets them")
		.description("check a package and take it into the store; a version never changes once pushed")
		.action(async (path: string, _: unknown, self: Command) => {
			const { output, control, flags } = contextOf(self);
			const client = control();
			const isHere = client.isHere && flags["upload"] !== true;
			const show = shown(output);
			const pushed = isHere
				? await pushFolder(client, path, (done, total) => show("pushing", done, total))
				: await uploadPackage(client, path, show);
			output.line(`${pushed.isNew ? "pushed" : "already there:"} ${pushed.name}@${pushed.version}`);
			output.line(`  ${pushed.digest}`);
			output.result(pushed);
		});
}

/** Progress with a rate of each kind of work of its own. */
function shown(output: Output): (what: string, doneBytes: number, totalBytes: number, fromBytes?: number) => void {
	let current = "";
	let startedAtMs = 0;
	return (what, doneBytes, totalBytes, fromBytes = 0) => {
		const nowMs = Date.now();
		if (what !== current) startedAtMs = nowMs;
		current = what;
		output.progress(progressText(what, doneBytes, totalBytes, startedAtMs, nowMs, fromBytes));
	};
}
