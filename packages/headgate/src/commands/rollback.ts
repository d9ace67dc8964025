import type { Command } from "commander";
import { rollBackDirectly } from "../remote/direct-rollback.ts";
import type { RolloutView } from "../remote/views.ts";
import { confirmRollback } from "../terminal/confirm-rollback.ts";
import { renderRestored } from "../terminal/render-rollout.ts";
import { contextOf } from "./context.ts";

export function addRollbackCommand(program: Command): void {
	program
		.command("rollback")
		.argument("<endpoint>", "where to go back to the version before")
		.option("--reason <text>", "why, for the record", "")
		.option("--direct", "tell the gateways on this host without control; control takes it over when it is back")
		.description("go back to the version before; returns when every gateway has switched or its lease has run out")
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
			if (view.status === "refused") {
				output.line(`called off: ${view.challenger} was the first version of ${endpoint} and had not answered yet`);
				return output.result(view);
			}
			const tookMs = Math.round(performance.now() - startedAtMs);
			const restores = view.rollback?.restores;
			output.line(`${output.paint("red", "rolled back")} ${endpoint} to ${restores?.model}@${restores?.version} in ${tookMs} ms`);
			if (view.rollback?.applied != null) output.line(`  ${renderRestored(view.rollback.applied)}`);
			output.line(`  journal ${view.head}`);
			output.result({ tookMs, ...(await confirmRollback(client, view, output)) });
		});
}
