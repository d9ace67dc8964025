import { HeadgateError } from "@headgate/protocol";
import { Command, CommanderError } from "commander";
import { addAuditCommand } from "./commands/audit.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDeployCommand } from "./commands/deploy.ts";
import { addEndpointCommand } from "./commands/endpoint.ts";
import { addInitCommand } from "./commands/init.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addPushCommand } from "./commands/push.ts";
import { addReplayCommand } from "./commands/replay.ts";
import { addRollbackCommand } from "./commands/rollback.ts";
import { addRolloutCommand } from "./commands/rollout.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addUpCommand } from "./commands/up.ts";
import { SETTINGS } from "./config/settings.ts";
import { reportError } from "./terminal/output.ts";

/** The command tree: also what docs/reference/command-line.md is made from. */
export function createProgram(): Command {
	const program = new Command("headgate")
		.description("Ships machine-learning models to production: checked, watched, and back again within a second.")
		.version("0.1.0")
		.option("--json", "one JSON document on stdout, also for errors")
		.option(SETTINGS.data.flag, `${SETTINGS.data.meaning} (default ${SETTINGS.data.fallback}, or ${SETTINGS.data.variable})`)
		.showSuggestionAfterError(true)
		// Errors are told by reportError, in the same form as every other.
		.configureOutput({ outputError: () => undefined })
		.exitOverride();
	for (const add of [
		addUpCommand,
		addInitCommand,
		addCheckCommand,
		addPushCommand,
		addModelsCommand,
		addEndpointCommand,
		addDeployCommand,
		addStatusCommand,
		addRolloutCommand,
		addRollbackCommand,
		addAuditCommand,
		addReplayCommand,
		addDemoCommand,
	]) {
		add(program);
	}
	return program;
}

async function main(): Promise<void> {
	const json = process.argv.includes("--json");
	// A reader that has seen enough (`| head`) is no error.
	process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 3));
	try {
		await createProgram().parseAsync(process.argv);
	} catch (error) {
		const asked = error instanceof CommanderError && error.exitCode === 0;
		process.exitCode = asked ? 0 : reportError(error instanceof CommanderError ? commandInvalid(error) : error, json);
	}
}

/** `error: unknown option '--wat'` and perhaps `(Did you mean --wait?)` on a second line, which is the hint. */
function commandInvalid({ code, message }: CommanderError): HeadgateError {
	if (code === "commander.help") return new HeadgateError("command.invalid", "no command was given");
	const [what = "", suggestion] = message.replace(/^error: /, "").split("\n");
	const hint = suggestion === undefined ? {} : { hint: `${suggestion.replace(/[()]/g, "").trim().replace("Did", "did")}` };
	return new HeadgateError("command.invalid", what, hint);
}

if (process.argv[1] !== undefined && !process.env["HEADGATE_NO_MAIN"]) await main();
