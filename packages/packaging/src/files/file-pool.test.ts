import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/package-fixture.ts";
import { FilePool } from "./file-pool.ts";

async function poolOf(bytes: Uint8Array) {
	const pool = new FilePool();
	const path = join(await temporaryFolder(), "f");
	await writeFile(path, bytes);
	return { pool, path, source: pool.source(path, bytes.length) };
}

describe("the pool of files", () => {
	it("gives the bytes of the file wherever a read begins and ends", async () => {
		const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7) % 251);
		const { pool, source } = await poolOf(bytes);
		for (const offset of [0, 1, 4000, 4095, 4096, 4097, 9999, 10_000, 12_000])
			for (const length of [0, 1, 96, 4096, 20_000])
				expect(Buffer.from(await source.read(offset, length))).toEqual(Buffer.from(bytes.subarray(offset, offset + length)));
		await pool.close();
	});

	it("reads what a file begins with once, whoever asks for it", async () => {
		const { pool, path, source } = await poolOf(Buffer.from("what a file begins with"));
		await source.read(0, 1);
		await rm(path);
		expect(Buffer.from(await source.read(5, 6)).toString()).toBe("a file");
		expect(Buffer.from(await pool.source(path, 23).read(12, 6)).toString()).toBe("begins");
		await pool.close();
	});
});
