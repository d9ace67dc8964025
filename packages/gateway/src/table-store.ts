import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RouteTable } from "@headgate/core/routing";
import { routeTableSchema } from "@headgate/protocol";
import { replaceFile, TaskChain } from "./files.ts";
import type { Log } from "./ports.ts";

/** A rollback done on this host without control; it stands until control sends a newer table. */
export interface Override {
	readonly endpoint: string;
	readonly epoch: number;
	readonly revision: number;
	/** Key of the arm that answers everything. */
	readonly to: string;
}

export interface SavedTable {
	readonly table: RouteTable;
	/** Hex. */
	readonly stickySecret: string;
	readonly overrides: readonly Override[];
}

/** The last good table on disk: what a gateway serves when it starts and control is away. */
export class TableStore {
	readonly #path: string;
	readonly #log: Log;
	readonly #chain: TaskChain;

	constructor(stateDir: string, log: Log) {
		this.#path = join(stateDir, "table.json");
		this.#log = log;
		this.#chain = new TaskChain((err) => log.error({ err, file: this.#path }, "the route table cannot be written to disk"));
	}

	/** Null when there is none, or none that can be read: then only control can give one. */
	async load(): Promise<SavedTable | null> {
		let text: string;
		try {
			text = await readFile(this.#path, "utf8");
		} catch {
			return null;
		}
		try {
			const saved = JSON.parse(text) as SavedTable;
			if (typeof saved.stickySecret !== "string" || !Array.isArray(saved.overrides)) throw new Error("incomplete");
			return { ...saved, table: routeTableSchema.parse(saved.table) };
		} catch (err) {
			this.#log.warn({ err, file: this.#path }, "the saved route table cannot be read; waiting for control");
			return null;
		}
	}

	save(saved: SavedTable): void {
		this.#chain.add(() => replaceFile(this.#path, JSON.stringify(saved)));
	}

	/** Saves and waits: for changes that somebody was promised. */
	async saveNow(saved: SavedTable): Promise<void> {
		this.save(saved);
		await this.#chain.settled();
	}

	settled(): Promise<void> {
		return this.#chain.settled();
	}
}

/** Whether `next` may replace `own`: only a greater (epoch, revision) does. */
export function isNewer(next: { epoch: number; revision: number }, own: { epoch: number; revision: number } | null): boolean {
	return own === null || next.epoch > own.epoch || (next.epoch === own.epoch && next.revision > own.revision);
}
