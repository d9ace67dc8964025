import type { Command } from "commander";
import type { PackageView } from "../remote/views.ts";
import { renderBytes } from "../terminal/render-bytes.ts";
import { contextOf } from "./context.ts";

export function addModelsCommand(program: Command): void {
	program
		.command("models")
		.description("the versions that have been pushed")
		.action(async (_: unknown, self: Command) => {
			const { output, control } = contextOf(self);
			const { packages } = await control().get<{ packages: readonly PackageView[] }>("/api/v1/packages");
			if (packages.length === 0) output.line("nothing has been pushed yet: headgate push DIR");
			for (const { name, version, digest, bytes, owner, quarantined } of packages) {
				const mark = quarantined === null ? "" : output.paint("red", `  in quarantine: ${quarantined}`);
				const id = `${name}@${version}`.padEnd(28);
				output.line(`${id} ${digest.slice(0, 19)}  ${renderBytes(bytes).padStart(10)}  ${owner}${mark}`);
			}
			output.result({ packages });
		});
}
