import path from "node:path";
import { HeadgateError } from "@headgate/protocol";
import type { Command } from "commander";
import { toFault } from "../remote/control-client.ts";
import { progressText } from "../terminal/progress.ts";
import { contextOf } from "./context.ts";

interface PushLine {
	readonly type: "progress" | "result" | "error";
	readonly doneBytes?: number;
	readonly totalBytes?: number;
	readonly name?: string;
	readonly version?: string;
	readonly digest?: string;
	readonly isNew?: boolean;
	readonly report?: { readonly lines: readonly string[]; readonly ms: number; readonly level: string };
	readonly error?: { readonly code: string; readonly message: string; readonly hint: string; readonly path?: string };
}

export function addPushCommand(program: Command): void {
	program
		.command("push")
		.argument("<folder>", "a package folder with its model.yaml")
		.description("check a package and take it into the store; a version never changes once pushed")
		.action(async (folder: string, _: unknown, self: Command) => {
			const { output, control } = contextOf(self);
			const startedAtMs = Date.now();
			for await (const raw of control().lines("/api/v1/packages", { folder: path.resolve(folder) })) {
				const line = raw as unknown as PushLine;
				if (line.type === "progress") output.progress(progressText("pushing", line.doneBytes ?? 0, line.totalBytes ?? 0, startedAtMs));
				if (line.type === "error") throw toFault(line.error!);
				if (line.type !== "result") continue;
				output.line(`${line.isNew ? "pushed" : "already there:"} ${line.name}@${line.version}`);
				output.line(`  ${line.digest}`);
				output.result(line);
				return;
			}
			throw new HeadgateError("control.cut-off", "the control process ended before the push was done");
		});
}
