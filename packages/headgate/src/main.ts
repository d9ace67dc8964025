import { HeadgateError } from "@headgate/protocol";
import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { reportError } from "./terminal/output.ts";

async function main(): Promise<void> {
	const json = process.argv.includes("--json");
	// A reader that has seen enough (`| head`) is no error.
	process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 3));
	const program = createProgram();
	try {
		await program.parseAsync(process.argv);
	} catch (error) {
		const asked = error instanceof CommanderError && error.exitCode === 0;
		const names = program.commands.map((command) => command.name());
		const name = process.argv.slice(2).find((word) => names.includes(word));
		process.exitCode = asked ? 0 : reportError(error instanceof CommanderError ? commandInvalid(error, name) : error, json);
	}
}

/** `error: unknown option '--wat'` and perhaps `(Did you mean --wait?)` on a second line, which is the hint; else the command's own help. */
function commandInvalid({ code, message }: CommanderError, command: string | undefined): HeadgateError {
	if (code === "commander.help") return new HeadgateError("command.invalid", "no command was given");
	const [what = "", suggestion] = message.replace(/^error: /, "").split("\n");
	const help = command === undefined ? {} : { hint: `See \`headgate ${command} --help\`.` };
	const hint = suggestion === undefined ? help : { hint: suggestion.replace(/[()]/g, "").trim().replace("Did", "did") };
	return new HeadgateError("command.invalid", what, hint);
}

await main();
