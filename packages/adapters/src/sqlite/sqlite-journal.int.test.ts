import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openJournal } from "@headgate/control/journal";
import type { NewEvent } from "@headgate/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournalFile } from "./journal-file.ts";
import { SqliteEventStore } from "./sqlite-event-store.ts";
import { openSqliteJournal, openSqliteJournalReader } from "./sqlite-journal.ts";

const event = (data: unknown): NewEvent => ({
	type: "Noted",
	v: 1,
	actor: { kind: "system", id: "test" },
	cause: null,
	data,
});

let folder: string;
let file: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), "headgate-sqlite-"));
	file = path.join(folder, "journal.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the journal's file", () => {
	it("has one writer; a second one is told so, and may come once the first is gone", async () => {
		const first = await openSqliteJournal(file, () => 0);
		await expect(openSqliteJournal(file, () => 0)).rejects.toMatchObject({ code: "journal.in-use" });
		await first.close();
		await (await openSqliteJournal(file, () => 0)).close();
	});

	it("is free again after its writer was killed, with every acknowledged event in it", async () => {
		const writer = spawn(process.execPath, [path.join(import.meta.dirname, "fixtures/endless-writer.ts"), file], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		let acknowledged = "";
		for await (const chunk of writer.stdout) {
			acknowledged += chunk;
			if (acknowledged.split("\n").length > 20) break;
		}
		await expect(openSqliteJournal(file, () => 0)).rejects.toMatchObject({ code: "journal.in-use" });
		writer.kill("SIGKILL");
		await once(writer, "exit");
		const last = acknowledged.trim().split("\n").at(-1) as string;
		const journal = await openSqliteJournal(file, () => 0);
		const [seq, hash] = last.split(":") as [string, string];
		expect(await journal.verify({ seq: Number(seq), hash })).toMatchObject({ ok: true });
		await journal.close();
	});

	it("can be read and verified beside its writer", async () => {
		const journal = await openSqliteJournal(file, () => 0);
		await journal.append("a", 0, [event(1)]);
		const reader = await openSqliteJournalReader(file);
		await journal.append("a", 1, [event(2)]);
		expect(reader.head()).toEqual(journal.head());
		expect(reader.streamVersion("a")).toBe(2);
		expect(await reader.verify(journal.head())).toMatchObject({ ok: true, events: 2 });
		const seen: number[] = [];
		for await (const one of reader.read({ from: 2 })) seen.push(one.seq);
		expect(seen).toEqual([2]);
		await Promise.all([reader.close(), journal.close()]);
	});

	it("is left alone when a newer Headgate wrote it", async () => {
		await (await openSqliteJournal(file, () => 0)).close();
		const database = new DatabaseSync(file);
		database.exec("PRAGMA user_version = 9");
		database.close();
		const before = readFileSync(file);
		await expect(openSqliteJournal(file, () => 0)).rejects.toMatchObject({
			code: "journal.newer-schema",
			message: `${file} has journal schema 9, this Headgate knows up to 1`,
		});
		expect(readFileSync(file).equals(before)).toBe(true);
	});

	it("is refused when it is no journal, whatever it is instead", async () => {
		writeFileSync(file, "name: credit-risk\n".repeat(400));
		await expect(openSqliteJournal(file, () => 0)).rejects.toMatchObject({ code: "journal.corrupt", path: file });
		const other = path.join(folder, "other.sqlite");
		const database = new DatabaseSync(other);
		database.exec("CREATE TABLE photo (id INTEGER)");
		database.close();
		await expect(openSqliteJournal(other, () => 0)).rejects.toMatchObject({ code: "journal.corrupt" });
		await expect(openSqliteJournalReader(other)).rejects.toMatchObject({ code: "journal.corrupt" });
	});

	it("is never made by a reader", async () => {
		await expect(openSqliteJournalReader(file)).rejects.toMatchObject({ code: "disk.failed" });
		expect(readdirSync(folder)).toEqual([]);
	});

	it("names the event when a byte of it is flipped in the file", async () => {
		const journal = await openSqliteJournal(file, () => 0);
		for (let version = 0; version < 600; version++) void journal.append("a", version, [event({ mark: `mark-${version}-` })]);
		await journal.close();
		const bytes = readFileSync(file);
		bytes[bytes.indexOf("mark-571-")]! ^= 1;
		writeFileSync(file, bytes);
		const again = await openSqliteJournal(file, () => 0);
		expect(await again.verify()).toMatchObject({ ok: false, seq: 572, field: "hash" });
		await again.close();
	});

	it("says that the file is damaged when whole pages are gone", async () => {
		const journal = await openSqliteJournal(file, () => 0);
		for (let version = 0; version < 600; version++) void journal.append("a", version, [event({ text: "x".repeat(200) })]);
		await journal.close();
		const bytes = readFileSync(file);
		writeFileSync(file, bytes.fill(0, 8 * 4096, 20 * 4096));
		const told = await openSqliteJournal(file, () => 0).then(
			async (again) => {
				const report = await again.verify();
				await again.close();
				return report;
			},
			(fault: { code: string }) => fault,
		);
		expect("ok" in told ? told : { ok: false, field: "storage", code: told.code }).toMatchObject({ ok: false, field: "storage" });
	});

	it("refuses what does not fit on the disk, keeps what was acknowledged, and carries on once there is room", async () => {
		const database = openJournalFile(file);
		const journal = await openJournal(new SqliteEventStore(database, file), () => 0);
		await journal.append("a", 0, [event("before")]);
		const head = journal.head();
		const used = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
		database.exec(`PRAGMA max_page_count = ${used + 3}`);
		const large = Array.from({ length: 40 }, (_, index) => event({ index, text: "x".repeat(1000) }));
		await expect(journal.append("a", 1, large)).rejects.toMatchObject({ code: "disk.full" });
		expect(await journal.verify(head)).toEqual({ ok: true, events: 1, head });
		database.exec("PRAGMA max_page_count = 100000");
		expect(await journal.append("a", 1, large)).toHaveLength(40);
		expect(await journal.verify(head)).toMatchObject({ ok: true, events: 41 });
		await journal.close();
	});
});
