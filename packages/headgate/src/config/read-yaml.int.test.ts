import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readYaml } from "./read-yaml.ts";

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "yaml-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string | Uint8Array): Promise<unknown> {
	const file = path.join(folder, "endpoint.yaml");
	await writeFile(file, text);
	return readYaml(file);
}

const UNREADABLE = { code: "endpoint.unreadable", message: expect.stringContaining("endpoint.yaml") };

describe("a YAML file given to a command", () => {
	it("is read as YAML 1.2: no and on are words, 010 is ten", async () => {
		expect(await read("a: no\nb: on\nc: 010\n")).toEqual({ a: "no", b: "on", c: 10 });
		expect(await read("")).toBeNull();
	});

	it("is refused with the line when it is not YAML or has a key twice", async () => {
		await expect(read("a: [1,\nb: 2\n")).rejects.toMatchObject({
			code: "endpoint.unreadable",
			message: expect.stringMatching(/line \d/),
		});
		await expect(read("a: 1\na: 2\n")).rejects.toMatchObject({
			code: "endpoint.unreadable",
			message: expect.stringMatching(/line 2/),
		});
	});

	it("is refused when its aliases would fill the memory", async () => {
		const levels = Array.from({ length: 9 }, (_, i) => `k${i + 1}: &k${i + 1} [${Array(9).fill(`*k${i}`).join(", ")}]`);
		await expect(read(["k0: &k0 [x, x]", ...levels].join("\n"))).rejects.toMatchObject(UNREADABLE);
	});

	it("is refused when it is not there, is a folder, or is no text", async () => {
		expect(() => readYaml(path.join(folder, "none.yaml"))).toThrow(expect.objectContaining({ code: "endpoint.unreadable" }));
		expect(() => readYaml(folder)).toThrow(expect.objectContaining({ code: "endpoint.unreadable" }));
		await expect(read(new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe]))).rejects.toMatchObject(UNREADABLE);
	});
});
