import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import type { Evidence, Placed } from "@headgate/core/analysis";
import { type Recorded, Replay, type RolloutEvent } from "@headgate/core/rollout";
import { hashEvent, isEvidenceDefect, type JournalEvent, parseEvidenceLine, renderEvidenceDefect } from "@headgate/protocol";

/**
 * Replays one rollout from stdin and prints the report: journal events and raw evidence lines in, decisions out. It imports core
 * and protocol alone (a lint rule says so): what it finds was decided by arithmetic, not by the process that wrote the journal.
 *
 * Lines in: `{"endpoint"}`, `{"event"}` for each event of the rollout, `{"seal": {from, to, sha256}}`, `{"from"}` and `{"line"}` for
 * each raw evidence line in order.
 */
interface Input {
	readonly endpoint?: string;
	readonly event?: JournalEvent;
	readonly seal?: { readonly from: number; readonly to: number; readonly sha256: string };
	readonly from?: number;
	readonly line?: string;
}

async function main(): Promise<void> {
	const problems: string[] = [];
	const recorded: Recorded[] = [];
	const lines: string[] = [];
	const seals: NonNullable<Input["seal"]>[] = [];
	let endpoint = "";
	let from = 1;
	for await (const text of createInterface({ input: process.stdin })) {
		const input = JSON.parse(text) as Input;
		if (input.endpoint !== undefined) endpoint = input.endpoint;
		if (input.event !== undefined) recorded.push(checkEvent(input.event, problems));
		if (input.seal !== undefined) seals.push(input.seal);
		if (input.from !== undefined) from = input.from;
		if (input.line !== undefined) lines.push(input.line);
	}
	checkSeals(lines, from, seals, problems);
	const replay = new Replay(recorded);
	let judged = true;
	lines.forEach((line, i) => {
		const record = parseEvidenceLine(line, from + i);
		if (isEvidenceDefect(record)) {
			problems.push(`${renderEvidenceDefect(endpoint, record)}${nameOf(line)}`);
			judged = false;
		} else if (judged) replay.take(record as unknown as Placed<Evidence>);
	});
	const report = judged ? replay.finish() : null;
	process.stdout.write(`${JSON.stringify({ problems, report })}\n`);
}

/** Which window or second a damaged line says it is, as far as it can be read. */
function nameOf(line: string): string {
	try {
		const { window, second } = JSON.parse(line) as { window?: { gateway: string; second: number }; second?: number };
		return window === undefined
			? ` in the end of second ${second}`
			: ` in the window of ${window.gateway} at second ${window.second}`;
	} catch {
		return "";
	}
}

function checkEvent(event: JournalEvent, problems: string[]): Recorded {
	const expected = hashEvent(event);
	if (event.hash !== expected)
		problems.push(`journal event ${event.seq} (${event.type}) does not match its hash (got ${event.hash}, expected ${expected})`);
	const { after, data } = event.data as { after: number; data: unknown };
	return { event: { type: event.type, after, data } as RolloutEvent, fromEvidence: event.cause === "evidence" };
}

function checkSeals(
	lines: readonly string[],
	from: number,
	seals: readonly NonNullable<Input["seal"]>[],
	problems: string[],
): void {
	for (const seal of seals) {
		const hash = createHash("sha256");
		for (const line of lines.slice(seal.from - from, seal.to - from + 1)) hash.update(`${line}\n`);
		if (hash.digest("hex") !== seal.sha256)
			problems.push(`evidence records ${seal.from} to ${seal.to} are not the ones that were sealed into the journal`);
	}
}

await main();
