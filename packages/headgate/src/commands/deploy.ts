import { renderPlan } from "@headgate/core/plan";
import type { Command } from "commander";
import { readYaml } from "../config/read-yaml.ts";
import type { RolloutView } from "../remote/views.ts";
import { followRollout } from "../terminal/follow-rollout.ts";
import { renderForecast } from "../terminal/render-forecast.ts";
import { contextOf } from "./context.ts";

export function addDeployCommand(program: Command): void {
	program
		.command("deploy")
		.argument("<endpoint>", "where to roll it out")
		.argument("<version>", "1.1.0 or credit-risk@1.1.0")
		.option("--plan <name-or-file>", "a built-in plan, or a file with stages, for this rollout only")
		.option("--reason <text>", "why, for the record", "")
		.option("--accept-quarantined <reason>", "deploy a quarantined package all the same; recorded as self-approved")
		.option("--wait", "stay until it is promoted or over")
		.description("start a rollout; returns when it is accepted")
		.action(async (endpoint: string, version: string, options: DeployOptions, self: Command) => {
			const { output, control, flags } = contextOf(self);
			const client = control();
			const view = await client.post<RolloutView>(`/api/v1/endpoints/${encodeURIComponent(endpoint)}/deploy`, {
				version,
				reason: options.reason,
				...(options.plan === undefined ? {} : { plan: planOption(options.plan) }),
				...(options.acceptQuarantined === undefined ? {} : { acceptQuarantined: options.acceptQuarantined }),
			});
			output.line(`accepted: rollout ${view.id}, ${view.champion ?? "(nothing yet)"} -> ${view.challenger}`);
			for (const line of renderPlan(view.plan)) output.line(`  ${line}`);
			if (view.forecast !== null) for (const line of renderForecast(view.forecast)) output.line(`  ${line}`);
			if (flags["wait"] !== true) return output.result(view);
			output.record({ type: "accepted", rollout: view });
			const end = await followRollout(client, view.id, output);
			output.result({ type: "result", rollout: end });
			process.exitCode = end.promoted && end.rollback === null ? 0 : 1;
		});
}

interface DeployOptions {
	readonly plan?: string;
	readonly reason: string;
	readonly acceptQuarantined?: string;
}

/** A file has a dot or a slash in its name; a built-in plan has neither. */
function planOption(text: string): unknown {
	if (!/[./]/.test(text)) return text;
	const document = readYaml(text) as { plan?: unknown } | null;
	return document?.plan ?? document;
}
