import type { Command } from "commander";
import type { RolloutView } from "../remote/views.ts";
import { followRollout } from "../terminal/follow-rollout.ts";
import { renderRollout } from "../terminal/render-rollout.ts";
import { contextOf } from "./context.ts";

export function addRolloutCommand(program: Command): void {
	const rollout = program.command("rollout").description("attempts to make a version the champion");
	rollout
		.command("list", { isDefault: true })
		.description("every rollout, oldest first")
		.action(async (_: unknown, self: Command) => {
			const { output, control } = contextOf(self);
			const { rollouts } = await control().get<{ rollouts: readonly RolloutView[] }>("/api/v1/rollouts");
			if (rollouts.length === 0) output.line("nothing has been rolled out yet: headgate deploy ENDPOINT VERSION");
			for (const view of rollouts) output.line(renderRollout(view, output)[0]);
			output.result({ rollouts });
		});
	rollout
		.command("show")
		.argument("<id>", "as in `headgate rollout`")
		.option("--follow", "show what happens until it is promoted or over")
		.description("one rollout with its verdicts and their evidence")
		.action(async (id: string, options: { follow?: boolean }, self: Command) => {
			const { output, control } = contextOf(self);
			const client = control();
			const view =
				options.follow === true
					? await followRollout(client, id, output)
					: await client.get<RolloutView>(`/api/v1/rollouts/${encodeURIComponent(id)}`);
			for (const line of renderRollout(view, output)) output.line(line);
			output.result(view);
		});
	addWord(rollout, "promote", "skip the holds and promote now; never past a gate that fails");
	addWord(rollout, "pause", "stay at this weight; gates still roll back");
	addWord(rollout, "resume", "carry on; the stage's hold begins again");
}

function addWord(rollout: Command, word: "promote" | "pause" | "resume", description: string): void {
	rollout
		.command(word)
		.argument("<id>", "as in `headgate rollout`")
		.requiredOption("--reason <text>", "why, for the record")
		.description(description)
		.action(async (id: string, options: { reason: string }, self: Command) => {
			const { output, control } = contextOf(self);
			const view = await control().post<RolloutView>(`/api/v1/rollouts/${encodeURIComponent(id)}/${word}`, {
				reason: options.reason,
			});
			for (const line of renderRollout(view, output)) output.line(line);
			if (word === "promote") output.line(`journal ${view.head}`);
			output.result(view);
		});
}
