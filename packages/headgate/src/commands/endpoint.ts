import type { Command } from "commander";
import { readYaml } from "../config/read-yaml.ts";
import type { EndpointView } from "../remote/views.ts";
import { contextOf } from "./context.ts";

interface Applied {
	readonly endpoint: string;
	readonly digest: string;
	readonly changed: boolean;
	readonly notices: readonly string[];
}

export function addEndpointCommand(program: Command): void {
	const endpoint = program.command("endpoint").description("the stable names that clients call");
	endpoint
		.command("apply")
		.argument("<file>", "an endpoint.yaml")
		.description("create an endpoint or change its configuration")
		.action(async (file: string, _: unknown, self: Command) => {
			const { output, control } = contextOf(self);
			const applied = await control().put<Applied>("/api/v1/endpoints", {
				endpoint: readYaml(file),
			});
			const what = applied.changed ? "applied" : "unchanged:";
			output.line(`${what} ${applied.endpoint}  ${applied.digest.slice(0, 19)}`);
			if (applied.changed) output.line("  it takes effect with the next deploy");
			for (const notice of applied.notices) output.line(`  ${output.paint("yellow", "note:")} ${notice}`);
			output.result(applied);
		});
	endpoint
		.command("list", { isDefault: true })
		.description("every endpoint with who answers")
		.action(async (_: unknown, self: Command) => {
			const { output, control } = contextOf(self);
			const { endpoints } = await control().get<{ endpoints: readonly EndpointView[] }>("/api/v1/endpoints");
			if (endpoints.length === 0) output.line("no endpoints yet: headgate endpoint apply endpoint.yaml");
			for (const { name, champion, previous, rollout } of endpoints) {
				output.line(
					`${name.padEnd(24)} ${champion ?? "(nothing answers yet)"}${previous === null ? "" : `  warm: ${previous}`}${rollout === null ? "" : `  rollout: ${rollout}`}`,
				);
			}
			output.result({ endpoints });
		});
}
