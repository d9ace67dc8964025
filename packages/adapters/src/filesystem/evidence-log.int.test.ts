import { execFile } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEvidenceLog, openEvidenceReader } from "./evidence-log.ts";

const record = (n: number) => ({ kind: "window", n });

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), "headgate-evidence-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = (endpoint: string) => readdirSync(path.join(folder, endpoint)).sort();

describe("the evidence's files", () => {
	it("are named by their first position, a new one begun when the newest is full", async () => {
		const store = await openEvidenceLog(folder, { segmentBytes: 200 });
		for (let n = 0; n < 10; n++) await store.append("a", [record(n)]);
		await store.close();
		const firsts = files("a").map((name) => Number.parseInt(name, 10));
		expect(firsts.length).toBeGreaterThan(2);
		for (const [index, name] of files("a").entries()) {
			const first = readFileSync(path.join(folder, "a", name), "utf8").split("\n")[0] as string;
			expect(JSON.parse(first)).toMatchObject({ position: firsts[index] });
		}
		const again = await openEvidenceLog(folder, { segmentBytes: 200 });
		expect(await again.append("a", [record(10)])).toEqual([11]);
		expect(await again.verify("a", [])).toMatchObject({ ok: true, records: 11 });
		await again.close();
	});

	it("lose a line that was being written when the power went, and nothing before it", async () => {
		for (const torn of ['{"kind":"window","n":', '{"kind":"window"}\0\0', "\0".repeat(5000), `${"x".repeat(100)}`]) {
			const store = await openEvidenceLog(folder);
			const last = store.lastPosition("a");
			await store.append("a", [record(1), record(2)]);
			await store.close();
			const file = path.join(folder, "a", files("a")[0] as string);
			const whole = statSync(file).size;
			appendFileSync(file, torn);
			const reader = await openEvidenceReader(folder);
			expect(await reader.verify("a", [])).toMatchObject({ ok: true, records: last + 2 });
			expect(statSync(file).size).toBe(whole + torn.length);
			const again = await openEvidenceLog(folder);
			expect(statSync(file).size).toBe(whole);
			expect(await again.append("a", [record(3)])).toEqual([last + 3]);
			expect(await again.verify("a", [])).toMatchObject({ ok: true, records: last + 3 });
			await again.close();
		}
	});

	it("keep what was changed from outside, for a verification to name it", async () => {
		const store = await openEvidenceLog(folder);
		await store.append("a", [record(1), record(2), record(3)]);
		await store.close();
		const file = path.join(folder, "a", files("a")[0] as string);
		const bytes = readFileSync(file);
		bytes[bytes.indexOf('"n":2') + 4] = 0;
		writeFileSync(file, bytes);
		const again = await openEvidenceLog(folder);
		expect(readFileSync(file).equals(bytes)).toBe(true);
		expect(await again.verify("a", [])).toMatchObject({ ok: false, position: 2 });
		expect(await again.append("a", [record(4)])).toEqual([4]);
		await again.close();
	});

	it("hold no half line and every acknowledged record when the disk is full", async () => {
		// The kernel refuses to let any file of the child grow past 64 KiB: a partial write, then an error, as on a full disk.
		const child = path.join(import.meta.dirname, "fixtures/write-until-full.ts");
		const { stdout } = await promisify(execFile)("bash", [
			"-c",
			'trap "" XFSZ; ulimit -f 64; exec "$0" "$1" "$2"',
			process.execPath,
			child,
			folder,
		]);
		const { acknowledged, code, small, report } = JSON.parse(stdout);
		expect(acknowledged).toBeGreaterThan(10);
		expect(code).toBe("disk.full");
		expect(small).toEqual([acknowledged + 1]);
		expect(report).toEqual({ ok: true, records: acknowledged + 1, seals: 0 });
		expect(readFileSync(path.join(folder, "a", files("a")[0] as string), "utf8").endsWith("\n")).toBe(true);
	});

	it("can be read while they grow, up to what was there at the opening", async () => {
		const store = await openEvidenceLog(folder);
		await store.append("a", [record(1)]);
		const reader = await openEvidenceReader(folder);
		await store.append("a", [record(2)]);
		expect(reader.lastPosition("a")).toBe(1);
		expect(await reader.verify("a", [])).toMatchObject({ ok: true, records: 1 });
		await store.close();
	});

	it("are refused with the path when the folder is not there or is a file", async () => {
		await expect(openEvidenceReader(path.join(folder, "none"))).rejects.toMatchObject({ code: "disk.failed" });
		writeFileSync(path.join(folder, "file"), "");
		await expect(openEvidenceLog(path.join(folder, "file"))).rejects.toMatchObject({ code: "disk.failed" });
	});
});
