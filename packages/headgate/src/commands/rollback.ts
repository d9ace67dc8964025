import type { Command } from "commander";
import { rollBackDirectly } from "../remote/direct-rollback.ts";
import type { RolloutView } from "../remote/views.ts";
import { confirmRollback } from "../terminal/confirm-rollback.ts";
import type { Output } from "../terminal/output.ts";
import { renderRestored } from "../terminal/render-rollout.ts";
import { contextOf } from "./context.ts";

export function addRollbackCommand(program: Command): void {
	program
		.command("rollback")
		.argument("<endpoint>", "where to go back to the version before")
		.option("--reason <text>", "why, for the record", "")
		.option("--direct", "tell the gateways on this host without control; control takes it over when it is back")
		.description(
			"go back to the version before; returns when every gateway has switched (or its lease has run out) and live traffic has confirmed it, or there is none",
		)
		.action(async (endpoint: string, options: { reason: string; direct?: boolean }, self: Command) => {
			const { output, control, folder } = contextOf(self);
			if (options.direct === true) {
				const { told, silent } = await rollBackDirectly(folder, endpoint);
				for (const { gateway, ms, serving } of told) output.line(`${gateway}  ${serving}  ${ms} ms`);
				for (const reason of silent) output.line(output.paint("red", reason));
				output.result({ endpoint, direct: true, gateways: told, silent });
				process.exitCode = silent.length === 0 ? 0 : 3;
				return;
			}
			const client = control();
			const startedAtMs = performance.now();
			const view = await client.post<RolloutView>(`/api/v1/endpoints/${encodeURIComponent(endpoint)}/rollback`, {
				reason: options.reason,
			});
			const tookMs = Math.round(performance.now() - startedAtMs);
			if (view.rollback === null) return endedOtherwise(view, tookMs, output);
			const restores = view.rollback?.restores;
			output.line(`${output.paint("red", "rolled back")} ${endpoint} to ${restores?.model}@${restores?.version} in ${tookMs} ms`);
			if (view.rollback?.applied != null) output.line(`  ${renderRestored(view.rollback.applied)}`);
			output.line(`  journal ${view.head}`);
			output.result({ tookMs, ...(await confirmRollback(client, view, output)) });
		});
}

/** A first version called off while it was warming, or a champion of before that had to be loaded again. */
function endedOtherwise(view: RolloutView, tookMs: number, output: Output): void {
	const { challenger, endpoint, promoted, champion } = view;
	if (promoted)
		output.line(
			`${endpoint} is back at ${challenger} after ${tookMs} ms; it was no longer warm, so it was checked and loaded again`,
		);
	else if (champion === null)
		output.line(`called off: ${challenger} was the first version of ${endpoint} and had not answered yet`);
	else
		output.line(
			`${output.paint("red", "not rolled back")}: ${challenger} was no longer warm and is refused: ${view.refusal ?? ""}`,
		);
	output.line(`  journal ${view.head}`);
	output.result({ tookMs, ...view });
	process.exitCode = promoted || champion === null ? 0 : 1;
}
