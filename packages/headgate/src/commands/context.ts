import type { Command } from "commander";
import { type DataFolder, dataFolder } from "../config/data-folder.ts";
import { textSetting } from "../config/settings.ts";
import { ControlClient } from "../remote/control-client.ts";
import { createOutput, type Output } from "../terminal/output.ts";

/** What every command starts from: its output and its data folder; the control process only when it is asked for. */
export interface CommandContext {
	readonly output: Output;
	readonly folder: DataFolder;
	readonly flags: Readonly<Record<string, unknown>>;
	control(): ControlClient;
}

export function contextOf(command: Command): CommandContext {
	const flags = command.optsWithGlobals() as Record<string, unknown>;
	const folder = dataFolder(textSetting("data", flags));
	return { output: createOutput(flags["json"] === true), folder, flags, control: () => new ControlClient(folder) };
}
