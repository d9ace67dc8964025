import { openEvidenceReader } from "@headgate/adapters/filesystem";
import { openSqliteJournalReader } from "@headgate/adapters/sqlite";
import type { Command } from "commander";
import { replayRollout } from "../replay/replay-rollout.ts";
import { contextOf } from "./context.ts";

export function addReplayCommand(program: Command): void {
	program
		.command("replay")
		.argument("<rollout>", "as in `headgate rollout`")
		.description("judge a rollout's evidence again, from journal and evidence only, and hold every decision against the journal")
		.action(async (rollout: string, _: unknown, self: Command) => {
			const { output, folder } = contextOf(self);
			const journal = await openSqliteJournalReader(folder.journal);
			const evidence = await openEvidenceReader(folder.evidence);
			const { problems, report } = await replayRollout(rollout, journal, evidence);
			for (const problem of problems) output.line(output.paint("red", problem));
			for (const { position, second, got, expected } of report?.differences ?? []) {
				output.line(
					`${output.paint("red", "differs")} at evidence ${position} (second ${second}):\n  replayed  ${got}\n  journal   ${expected}`,
				);
			}
			const same = problems.length === 0 && report !== null && report.differences.length === 0;
			if (report !== null) {
				const worst =
					report.worstNumber === 0 ? "every number identical" : `numbers within ${report.worstNumber.toExponential(0)}`;
				output.line(`${report.secondsJudged} seconds judged again, ${report.decisionsEqual} decisions equal, ${worst}`);
			}
			output.line(
				same
					? output.paint("green", "the replay reaches the same decisions")
					: output.paint("red", "the replay does NOT reach the same decisions"),
			);
			output.result({ rollout, same, problems, report });
			process.exitCode = same ? 0 : 1;
		});
}
