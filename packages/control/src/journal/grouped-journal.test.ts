import { type EventRow, GENESIS, HeadgateError, type NewEvent } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import type { EventStore } from "./event-store.ts";
import { openJournal } from "./grouped-journal.ts";

const event: NewEvent = { type: "Noted", v: 1, actor: { kind: "system", id: "test" }, cause: null, data: {} };

/** Keeps rows in memory; each commit waits until the test lets it through, or ends as the test says. */
class SlowStore implements EventStore {
	readonly rows: EventRow[] = [];
	readonly commits: number[] = [];
	fault: { error: Error; afterCommit: boolean } | undefined;

	recover() {
		const last = this.rows.at(-1);
		const versions = new Map(this.rows.map((row) => [row.stream, row.version]));
		return { head: { seq: last?.seq ?? 0, hash: last?.hash ?? GENESIS }, at: 0, versions };
	}

	async persist(rows: readonly EventRow[]): Promise<void> {
		this.commits.push(rows.length);
		await new Promise((resolve) => setImmediate(resolve));
		if (!this.fault || this.fault.afterCommit) this.rows.push(...rows);
		if (this.fault) throw this.fault.error;
	}

	read = () => this.rows.map((row) => ({ ...row }));
	readStream = () => [];
	close() {}
}

describe("group commit", () => {
	it("writes all appends of one turn in one commit, and all that arrive during it in the next", async () => {
		const store = new SlowStore();
		const journal = await openJournal(store, () => 0);
		const first = Promise.all(["a", "b", "c"].map((stream) => journal.append(stream, 0, [event])));
		while (store.commits.length === 0) await new Promise((resolve) => setImmediate(resolve));
		const during = Promise.all(["d", "e"].map((stream) => journal.append(stream, 0, [event, event])));
		await Promise.all([first, during]);
		expect(store.commits).toEqual([3, 4]);
	});

	it("costs no commit when every append of the group conflicts", async () => {
		const store = new SlowStore();
		const journal = await openJournal(store, () => 0);
		await expect(journal.append("a", 3, [event])).rejects.toMatchObject({ code: "journal.version-conflict" });
		expect(store.commits).toEqual([]);
	});

	it("stands where it stood when a commit fails, and carries on when there is room again", async () => {
		const store = new SlowStore();
		const journal = await openJournal(store, () => 0);
		await journal.append("a", 0, [event]);
		const head = journal.head();
		store.fault = { error: new HeadgateError("disk.full", "full"), afterCommit: false };
		const heard: number[] = [];
		journal.subscribe(({ seq }) => heard.push(seq));
		const outcomes = await Promise.allSettled([journal.append("a", 1, [event]), journal.append("b", 0, [event])]);
		expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
		expect([journal.head(), journal.streamVersion("a"), heard]).toEqual([head, 1, []]);
		store.fault = undefined;
		await journal.append("a", 1, [event]);
		expect(heard).toEqual([2]);
		expect(await journal.verify()).toMatchObject({ ok: true, events: 2 });
	});

	it("acknowledges a commit that took effect although its store failed afterwards", async () => {
		const store = new SlowStore();
		const journal = await openJournal(store, () => 0);
		store.fault = { error: new Error("could not tidy up"), afterCommit: true };
		expect(await journal.append("a", 0, [event])).toHaveLength(1);
		expect(journal.head().seq).toBe(1);
	});
});
