import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type KeptBatch, type OutcomeStore, subjectOf } from "@headgate/control/outcomes";
import type { Outcome } from "@headgate/protocol";
import { sqliteFault } from "./sqlite-faults.ts";

const TABLES = `
CREATE TABLE IF NOT EXISTS outcome (
	prediction TEXT NOT NULL, subject TEXT NOT NULL, endpoint TEXT NOT NULL, batch INTEGER NOT NULL, outcome TEXT NOT NULL,
	PRIMARY KEY (prediction, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outcome_of_batch ON outcome (endpoint, batch);
CREATE TABLE IF NOT EXISTS batch (
	endpoint TEXT NOT NULL, number INTEGER NOT NULL, counted INTEGER NOT NULL, PRIMARY KEY (endpoint, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batch_uncounted ON batch (endpoint, number) WHERE counted = 0;
`;

/** Outcomes in a SQLite file of their own. Its calls block for the time of an fsync at the most. Throws `disk.full`. */
export class SqliteOutcomes implements OutcomeStore {
	readonly #database: DatabaseSync;
	readonly #file: string;
	readonly #insert: StatementSync;
	readonly #open: StatementSync;
	readonly #last: StatementSync;
	readonly #mark: StatementSync;
	readonly #uncounted: StatementSync;
	readonly #ofBatch: StatementSync;

	constructor(file: string) {
		this.#file = file;
		mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
		closeSync(openSync(file, "a", 0o600));
		this.#database = new DatabaseSync(file, { timeout: 2_000 });
		// FULL: what was accepted survives a power cut.
		this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; ${TABLES}`);
		const prepare = (sql: string) => this.#database.prepare(sql);
		this.#insert = prepare(
			"INSERT INTO outcome (prediction, subject, endpoint, batch, outcome) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		);
		this.#open = prepare("INSERT INTO batch (endpoint, number, counted) VALUES (?, ?, 0)");
		this.#last = prepare("SELECT coalesce(max(number), 0) AS last FROM batch WHERE endpoint = ?");
		this.#mark = prepare("UPDATE batch SET counted = 1 WHERE endpoint = ? AND number = ?");
		this.#uncounted = prepare("SELECT endpoint, number FROM batch WHERE counted = 0 ORDER BY endpoint, number");
		this.#ofBatch = prepare("SELECT outcome FROM outcome WHERE endpoint = ? AND batch = ?");
	}

	keep(endpoint: string, outcomes: readonly Outcome[]): KeptBatch | null {
		return this.#asking(() => {
			this.#database.exec("BEGIN IMMEDIATE");
			try {
				const kept = this.#keep(endpoint, outcomes);
				this.#database.exec(kept === null ? "ROLLBACK" : "COMMIT");
				return kept;
			} catch (fault) {
				if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
				throw fault;
			}
		});
	}

	markCounted(endpoint: string, batch: number): void {
		this.#asking(() => {
			// Without an fsync of its own: a mark that a power cut takes back is set again when the batch is handed in again.
			this.#database.exec("PRAGMA synchronous = NORMAL");
			try {
				this.#mark.run(endpoint, batch);
			} finally {
				this.#database.exec("PRAGMA synchronous = FULL");
			}
		});
	}

	uncounted(): readonly KeptBatch[] {
		return this.#asking(() =>
			this.#uncounted.all().map((row) => {
				const endpoint = String(row["endpoint"]);
				const batch = Number(row["number"]);
				const outcomes = this.#ofBatch.all(endpoint, batch).map((one) => JSON.parse(String(one["outcome"])) as Outcome);
				return { endpoint, batch, outcomes };
			}),
		);
	}

	close(): void {
		this.#database.close();
	}

	#keep(endpoint: string, outcomes: readonly Outcome[]): KeptBatch | null {
		const batch = Number(this.#last.get(endpoint)?.["last"] ?? 0) + 1;
		const fresh = outcomes.filter((outcome) => {
			const row = [outcome.prediction_id, subjectOf(outcome), endpoint, batch, JSON.stringify(outcome)] as const;
			return Number(this.#insert.run(...row).changes) === 1;
		});
		if (fresh.length === 0) return null;
		this.#open.run(endpoint, batch);
		return { endpoint, batch, outcomes: fresh };
	}

	#asking<T>(ask: () => T): T {
		try {
			return ask();
		} catch (cause) {
			throw sqliteFault(cause, this.#file);
		}
	}
}
