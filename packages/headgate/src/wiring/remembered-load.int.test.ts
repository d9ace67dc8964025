import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SmokeLoad } from "@headgate/packaging";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rememberedLoad } from "./remembered-load.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const ANSWERED: SmokeLoad = { end: { kind: "answered" }, startMs: 1, examples: 1, latencyMs: null, peakBytes: null };
let root: string;
let note: string;

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), "loads-"));
	note = path.join(root, "a".repeat(64));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("the first load of a package", () => {
	it("is noted while it runs, whatever comes of it", async () => {
		let noted = "";
		const load = async () => {
			noted = await readFile(note, "utf8");
			return ANSWERED;
		};
		expect(await rememberedLoad(root, DIGEST, load)).toBe(ANSWERED);
		expect(noted).toBe(`${process.pid}\n`);
		await expect(rememberedLoad(root, DIGEST, () => Promise.reject(new Error("called off")))).rejects.toThrow("called off");
		expect(await readdir(root)).toEqual([]);
	});

	it("that three control processes did not survive is not begun a fourth time, until it is asked for anew", async () => {
		await writeFile(note, "1\n2\n");
		expect(await rememberedLoad(root, DIGEST, async () => ANSWERED)).toBe(ANSWERED);
		await writeFile(note, "1\n2\n3\n");
		const load = () => Promise.reject(new Error("begun"));
		const { end } = await rememberedLoad(root, DIGEST, load);
		expect(end).toMatchObject({ kind: "crashed", how: "the control process with it, 3 times" });
		expect(await rememberedLoad(root, DIGEST, async () => ANSWERED)).toBe(ANSWERED);
	});

	it("counts only those that ended: rollouts of one package at several endpoints run beside each other", async () => {
		await writeFile(note, `1\n2\n${process.pid}\n`);
		expect(await rememberedLoad(root, DIGEST, async () => ANSWERED)).toBe(ANSWERED);
	});
});
