import {
	type ChainBreak,
	ChainCheck,
	type ChainReport,
	chainBreak,
	compareHead,
	GENESIS,
	HeadgateError,
	isRowDefect,
	type JournalEvent,
	type JournalHead,
	parseEventRow,
} from "@headgate/protocol";
import type { EventStore, Rows } from "./event-store.ts";

/** Parses stored rows on the way out. Throws `journal.corrupt` at the first that Headgate cannot have written. */
export async function* parseRows(rows: Rows): AsyncGenerator<JournalEvent> {
	for await (const row of rows) {
		const parsed = parseEventRow(row);
		if (isRowDefect(parsed)) {
			const { seq, field, got, expected } = parsed;
			throw new HeadgateError("journal.corrupt", `journal event ${seq}: ${field} is ${got}, expected ${expected}`);
		}
		yield parsed;
	}
}

/** Walks the stored chain up to its head and compares it with the noted one. */
export async function verifyStore(store: EventStore, known: JournalHead, noted?: JournalHead): Promise<ChainReport> {
	const check = new ChainCheck();
	try {
		let notedHash = noted?.seq === 0 ? GENESIS : undefined;
		for await (const row of store.read(1, known.seq)) {
			const parsed = parseEventRow(row);
			const broken = isRowDefect(parsed) ? defect(check.head.seq + 1, parsed) : check.next(parsed);
			if (broken) return { ok: false, ...broken };
			if (check.head.seq === noted?.seq) notedHash = check.head.hash;
		}
		const cut = compareHead(known, check.head, check.head.hash) ?? (noted && compareHead(noted, check.head, notedHash));
		if (cut) return { ok: false, ...cut };
		const damage = await store.inspect?.();
		if (damage !== undefined) return { ok: false, ...storageBreak(check.head.seq, damage) };
	} catch (fault) {
		if (!(fault instanceof HeadgateError) || fault.code !== "journal.corrupt") throw fault;
		return { ok: false, ...storageBreak(check.head.seq + 1, fault.message) };
	}
	return { ok: true, events: check.head.seq, head: check.head };
}

function defect(seq: number, found: { field: string; got: string; expected: string }): ChainBreak {
	return chainBreak(seq, found.field, found.got, found.expected, "Headgate cannot have written it");
}

function storageBreak(seq: number, damage: string): ChainBreak {
	return chainBreak(seq, "storage", damage, "a sound file", "the file that holds it is damaged");
}
