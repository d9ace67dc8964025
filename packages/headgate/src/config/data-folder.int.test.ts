import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDataFolder, dataFolder, readUpFile, writeUpFile } from "./data-folder.ts";

let root: string;

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), "data-"));
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe("the data folder", () => {
	it("is made for its owner only, with everything in it at a place of its own", async () => {
		const folder = createDataFolder(path.join(root, "a", "b"));
		expect((await stat(folder.root)).mode & 0o777).toBe(0o700);
		const { gateway, root: _, ...places } = folder;
		const all = [...Object.values(places), gateway("g1"), gateway("g2")];
		expect(new Set(all).size).toBe(all.length);
		for (const place of all) expect(path.relative(folder.root, place)).not.toMatch(/^\.\./);
	});

	it("that cannot be made is refused with its path", async () => {
		await writeFile(path.join(root, "file"), "");
		expect(() => createDataFolder(path.join(root, "file", "in"))).toThrow(
			expect.objectContaining({ code: "data.unusable", message: expect.stringContaining("file/in") }),
		);
	});

	it("says where its processes listen, and that none do when nobody ever said", async () => {
		const folder = dataFolder(root);
		expect(() => readUpFile(folder)).toThrow(expect.objectContaining({ code: "control.not-running" }));
		const up = { pid: 1, control: "http://127.0.0.1:1", gateway: "http://127.0.0.1:2" };
		writeUpFile(folder, up);
		expect(readUpFile(folder)).toEqual(up);
		await writeFile(folder.up, '{"pid":');
		expect(() => readUpFile(folder)).toThrow(expect.objectContaining({ code: "control.not-running" }));
	});
});
