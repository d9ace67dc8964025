import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EventStore, JournalPosition } from "@headgate/control/journal";
import { EVENT_COLUMNS, type EventRow, GENESIS, HeadgateError } from "@headgate/protocol";
import { sqliteFault } from "./sqlite-faults.ts";

type Row = Readonly<Record<string, unknown>>;

const COLUMNS = EVENT_COLUMNS.join(", ");
/** Rows read at once: reading must never hold a snapshot open, or the write-ahead log could not be folded back. */
const PAGE_ROWS = 512;

/** Rows of the journal in one SQLite table. Its calls block for the time of an fsync. */
export class SqliteEventStore implements EventStore {
	readonly #database: DatabaseSync;
	readonly #file: string;
	readonly #insert: StatementSync | undefined;
	readonly #page: StatementSync;
	readonly #streamPage: StatementSync;

	constructor(database: DatabaseSync, file: string, access: "write" | "read" = "write") {
		this.#database = database;
		this.#file = file;
		const places = EVENT_COLUMNS.map((column) => `$${column}`).join(", ");
		const select = `SELECT ${COLUMNS} FROM event`;
		if (access === "write") this.#insert = database.prepare(`INSERT INTO event (${COLUMNS}) VALUES (${places})`);
		this.#page = this.#prepare(`${select} WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ${PAGE_ROWS}`);
		this.#streamPage = this.#prepare(`${select} WHERE stream = ? AND version > ? ORDER BY version LIMIT ${PAGE_ROWS}`);
	}

	recover(): JournalPosition {
		return this.#asking(() => {
			const [last] = this.#prepare("SELECT seq, at, hash FROM event ORDER BY seq DESC LIMIT 1").all();
			const streams = this.#prepare("SELECT stream, max(version) AS version FROM event GROUP BY stream").all();
			return {
				head: { seq: Number(last?.["seq"] ?? 0), hash: String(last?.["hash"] ?? GENESIS) },
				at: Number(last?.["at"] ?? 0),
				versions: new Map(streams.map((row) => [String(row["stream"]), Number(row["version"])])),
			};
		});
	}

	persist(rows: readonly EventRow[]): void {
		try {
			this.#asking(() => this.#commit(rows));
		} catch (fault) {
			if (!(fault instanceof HeadgateError) || fault.code !== "disk.full") throw fault;
			// The write-ahead log may be what fills the disk: folded back into the table it gives most of its room free.
			this.#asking(() => this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
			this.#asking(() => this.#commit(rows));
		}
	}

	*read(from: number, to: number): Generator<Row> {
		let next = from;
		for (;;) {
			const page = this.#asking(() => this.#page.all(next, to)).map(plain);
			yield* page;
			if (page.length < PAGE_ROWS) return;
			next = Number(page.at(-1)?.["seq"]) + 1;
		}
	}

	*readStream(stream: string): Generator<Row> {
		let after = 0;
		for (;;) {
			const page = this.#asking(() => this.#streamPage.all(stream, after)).map(plain);
			yield* page;
			if (page.length < PAGE_ROWS) return;
			after = Number(page.at(-1)?.["version"]);
		}
	}

	inspect(): string | undefined {
		const found = this.#asking(() => this.#database.prepare("PRAGMA integrity_check(1)").get());
		const answer = String(found?.["integrity_check"]);
		return answer === "ok" ? undefined : answer;
	}

	close(): void {
		this.#database.close();
	}

	#commit(rows: readonly EventRow[]): void {
		this.#database.exec("BEGIN IMMEDIATE");
		try {
			for (const row of rows) this.#insert?.run({ ...row });
			this.#database.exec("COMMIT");
		} catch (fault) {
			if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
			throw fault;
		}
	}

	/** Reads integers as BigInt: a damaged one may be beyond 2^53, and node:sqlite throws at the whole page for it. */
	#prepare(sql: string): StatementSync {
		const statement = this.#database.prepare(sql);
		statement.setReadBigInts(true);
		return statement;
	}

	#asking<T>(ask: () => T): T {
		try {
			return ask();
		} catch (fault) {
			throw sqliteFault(fault, this.#file);
		}
	}
}

/** Whole numbers that fit become numbers; one that does not stays a BigInt, which no event has. */
function plain(row: Row): Row {
	const entries = Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? toNumber(value) : value]);
	return Object.fromEntries(entries) as Row;
}

function toNumber(value: bigint): number | bigint {
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : value;
}
