import { Command } from "commander";
import { addAuditCommand } from "./commands/audit.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDeployCommand } from "./commands/deploy.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addEndpointCommand } from "./commands/endpoint.ts";
import { addInitCommand } from "./commands/init.ts";
import { addLabelCommand } from "./commands/label.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addPushCommand } from "./commands/push.ts";
import { addReplayCommand } from "./commands/replay.ts";
import { addRollbackCommand } from "./commands/rollback.ts";
import { addRolloutCommand } from "./commands/rollout.ts";
import { addSimulateCommand } from "./commands/simulate.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addUpCommand } from "./commands/up.ts";
import { SETTINGS } from "./config/settings.ts";

/** The command tree: also what docs/reference/command-line.md is made from. */
export function createProgram(): Command {
	const program = new Command("headgate")
		.description("Ships machine-learning models to production: checked, watched, and back again within a second.")
		.version("0.1.0")
		.option("--json", "one JSON document on stdout, also for errors")
		.option(SETTINGS.data.flag, `${SETTINGS.data.meaning} (default ${SETTINGS.data.fallback}, or ${SETTINGS.data.variable})`)
		.showSuggestionAfterError(true)
		.configureHelp({ showGlobalOptions: true })
		// Errors are told by reportError, in the same form as every other.
		.configureOutput({ outputError: () => undefined })
		.exitOverride();
	for (const add of [
		addUpCommand,
		addInitCommand,
		addCheckCommand,
		addDiffCommand,
		addPushCommand,
		addModelsCommand,
		addEndpointCommand,
		addDeployCommand,
		addStatusCommand,
		addRolloutCommand,
		addRollbackCommand,
		addLabelCommand,
		addAuditCommand,
		addReplayCommand,
		addSimulateCommand,
		addDemoCommand,
	]) {
		add(program);
	}
	return program;
}
