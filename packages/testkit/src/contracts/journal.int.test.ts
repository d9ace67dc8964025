import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteJournal } from "@headgate/adapters/sqlite";
import { openMemoryJournal } from "@headgate/control/journal";
import type { EventRow } from "@headgate/protocol";
import { type JournalPlace, journalContract } from "./journal.ts";

journalContract("memory", async (): Promise<JournalPlace> => {
	const rows: EventRow[] = [];
	return {
		open: (now) => openMemoryJournal(now, rows),
		overwrite: async (seq, field, change) => {
			const row = rows[seq - 1]!;
			rows[seq - 1] = { ...row, [field]: change(row[field]) };
		},
		cutAfter: async (seq) => {
			rows.length = seq;
		},
		remove: async () => {},
	};
});

journalContract("SQLite", async (): Promise<JournalPlace> => {
	const folder = await mkdtemp(path.join(tmpdir(), "headgate-journal-"));
	const file = path.join(folder, "journal.sqlite");
	const change = (use: (database: DatabaseSync) => void) => {
		const database = new DatabaseSync(file);
		use(database);
		database.close();
	};
	return {
		open: (now) => openSqliteJournal(file, now),
		overwrite: async (seq, field, flip) =>
			change((database) => {
				const stored = database.prepare(`SELECT ${field} FROM event WHERE seq = ?`).get(seq)?.[field];
				database.prepare(`UPDATE event SET ${field} = ? WHERE seq = ?`).run(flip(stored) as string | number, seq);
			}),
		cutAfter: async (seq) => change((database) => database.exec(`DELETE FROM event WHERE seq > ${seq}`)),
		remove: () => rm(folder, { recursive: true }),
	};
});
