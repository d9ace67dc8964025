import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileNotifier } from "./file-notifier.ts";

let folder: string;
let file: string;

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "notices-"));
	file = path.join(folder, "notices.ndjson");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function notices(): Promise<unknown[]> {
	const text = await readFile(file, "utf8");
	return text
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as unknown);
}

describe("notices in a file", () => {
	it("are one line each, readable by their owner only", async () => {
		const notifier = new FileNotifier(file);
		await notifier.send({ id: "a", text: "two\nlines" });
		await notifier.send({ id: "b", text: "ünïcode" });
		expect(await notices()).toEqual([
			{ id: "a", text: "two\nlines" },
			{ id: "b", text: "ünïcode" },
		]);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
	});

	it("reach people once, however often they are sent, also after a restart", async () => {
		const first = new FileNotifier(file);
		await first.send({ id: "a", text: "one" });
		await first.send({ id: "a", text: "one" });
		await new FileNotifier(file).send({ id: "a", text: "one" });
		expect(await notices()).toHaveLength(1);
	});

	it("are whole lines after a crash tore one, and the torn one is sent again", async () => {
		await writeFile(file, `${JSON.stringify({ id: "a", text: "one" })}\n{"id":"b","te`);
		await new FileNotifier(file).send({ id: "b", text: "two" });
		const whole = (await readFile(file, "utf8")).split("\n").flatMap((line) => {
			try {
				return [(JSON.parse(line) as { id: string }).id];
			} catch {
				return [];
			}
		});
		expect(whole).toEqual(["a", "b"]);
	});

	it("that cannot be written are not taken for sent", async () => {
		const notifier = new FileNotifier(path.join(folder, "none", "notices.ndjson"));
		await expect(notifier.send({ id: "a", text: "one" })).rejects.toMatchObject({ code: "disk.failed" });
		await expect(notifier.send({ id: "a", text: "one" })).rejects.toMatchObject({ code: "disk.failed" });
	});
});
