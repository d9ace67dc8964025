import { openEvidenceReader } from "@headgate/adapters/filesystem";
import { openSqliteJournalReader } from "@headgate/adapters/sqlite";
import { HeadgateError, requireHead } from "@headgate/protocol";
import type { Command } from "commander";
import { contextOf } from "./context.ts";

export function addAuditCommand(program: Command): void {
	const audit = program.command("audit").description("the journal: everything that happened, hash-chained");
	audit
		.command("verify")
		.option("--head <seq:hash>", "a head noted earlier: also finds a cut-off tail and a journal written anew")
		.description("walk the hash chain and the sums of all evidence; needs no control process")
		.action(async (options: { head?: string }, self: Command) => {
			const { output, folder } = contextOf(self);
			const journal = await openSqliteJournalReader(folder.journal);
			const chain = await journal.verify(options.head === undefined ? undefined : requireHead(options.head));
			const reader = await openEvidenceReader(folder.evidence);
			const evidence = [];
			for (const [endpoint, seals] of await sealsOf(journal))
				evidence.push({ endpoint, report: await reader.verify(endpoint, seals) });
			const { seq, hash } = journal.head();
			output.line(
				chain.ok ? `journal   ${seq} events, chain whole` : `journal   ${output.paint("red", "BROKEN")}: ${chain.message}`,
			);
			for (const { endpoint, report } of evidence) {
				output.line(
					report.ok
						? `evidence  ${endpoint}: ${report.records} records, ${report.seals} seals hold`
						: `evidence  ${output.paint("red", "BROKEN")}: ${report.message}`,
				);
			}
			output.line(`head      ${seq}:${hash}`);
			output.result({ head: `${seq}:${hash}`, chain, evidence });
			process.exitCode = chain.ok && evidence.every(({ report }) => report.ok) ? 0 : 1;
		});
	audit
		.command("log", { isDefault: true })
		.option("--from <seq>", "first event", "1")
		.description("the events, oldest first; needs no control process")
		.action(async (options: { from: string }, self: Command) => {
			const { output, folder } = contextOf(self);
			const from = Number(options.from);
			if (!Number.isInteger(from) || from < 1)
				throw new HeadgateError("setting.invalid", `--from is "${options.from}", expected a sequence number from 1`, {
					path: "--from",
				});
			const journal = await openSqliteJournalReader(folder.journal);
			let count = 0;
			for await (const event of journal.read({ from })) {
				count++;
				output.line(
					`${String(event.seq).padStart(6)}  ${new Date(event.at).toISOString()}  ${event.stream.padEnd(26)} ${event.type.padEnd(20)} ${event.actor.id}`,
				);
				output.record({ type: "event", event });
			}
			output.result({ type: "result", events: count });
		});
}

async function sealsOf(
	journal: Awaited<ReturnType<typeof openSqliteJournalReader>>,
): Promise<Map<string, { from: number; to: number; sha256: string }[]>> {
	const seals = new Map<string, { from: number; to: number; sha256: string }[]>();
	for await (const event of journal.read()) {
		if (event.type !== "EvidenceSealed") continue;
		const endpoint = event.stream.slice("evidence/".length);
		seals.set(endpoint, [...(seals.get(endpoint) ?? []), event.data as { from: number; to: number; sha256: string }]);
	}
	return seals;
}
