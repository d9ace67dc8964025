import { HeadgateError } from "@headgate/protocol";
import type { Command } from "commander";
import type { EndpointView, StatusView } from "../remote/views.ts";
import type { Output } from "../terminal/output.ts";
import { renderRollout } from "../terminal/render-rollout.ts";
import { contextOf } from "./context.ts";

export function addStatusCommand(program: Command): void {
	program
		.command("status")
		.argument("[endpoint]", "only this one")
		.description("gateways, endpoints and rollouts as they stand")
		.action(async (only: string | undefined, _: unknown, self: Command) => {
			const { output, control } = contextOf(self);
			const status = await control().get<StatusView>("/api/v1/status");
			const names = status.endpoints.map(({ name }) => name);
			if (only !== undefined && !names.includes(only)) {
				const hint = names.length === 0 ? "make one: headgate endpoint apply endpoint.yaml" : `there are: ${names.join(", ")}`;
				throw new HeadgateError("endpoint.unknown", `there is no endpoint "${only}"`, { hint });
			}
			for (const warning of status.warnings) output.line(output.paint("yellow", `warning: ${warning}`));
			const connected = status.gateways.filter((gateway) => gateway.connected).map((gateway) => gateway.id);
			output.line(
				`gateways  ${connected.length} of ${status.gateways.length} connected (${connected.join(", ")}), table ${status.epoch}/${status.revision}`,
			);
			for (const endpoint of status.endpoints.filter(({ name }) => only === undefined || name === only)) {
				for (const line of renderEndpoint(endpoint, output)) output.line(line);
				const rollout = status.rollouts.find((view) => view.endpoint === endpoint.name);
				if (rollout !== undefined) for (const line of renderRollout(rollout, output)) output.line(`  ${line}`);
			}
			if (status.endpoints.length === 0) output.line("no endpoints yet: headgate endpoint apply endpoint.yaml");
			output.line(output.paint("dim", `journal ${status.head}`));
			output.result(status);
		});
}

function renderEndpoint(endpoint: EndpointView, output: Output): string[] {
	const lines = [
		`${output.paint("bold", endpoint.name)}  champion ${endpoint.champion ?? "(nothing answers yet)"}${endpoint.previous === null ? "" : `, warm ${endpoint.previous}`}`,
	];
	for (const arm of endpoint.arms) {
		const ms = (us: number | null) => (us === null ? "-" : (us / 1_000).toFixed(2));
		const rates = `${arm.requestsPerSecond.toFixed(1).padStart(8)}/s  failed ${(100 * arm.failedShare).toFixed(2)} %  p50 ${ms(arm.p50Us)}  p95 ${ms(arm.p95Us)}  p99 ${ms(arm.p99Us)} ms`;
		lines.push(`  ${arm.role.padEnd(10)} ${arm.version.padEnd(8)} ${String(arm.weightPercent).padStart(3)} %  ${rates}`);
	}
	return lines;
}
