import { createHash } from "node:crypto";
import { appendFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writePackage } from "../testing/package-fixture.ts";
import { hashPackage, makeLock } from "./build-lock.ts";
import { CHUNK_BYTES, ChunkHasher } from "./chunk-hasher.ts";
import { hashChunks, hashFile } from "./hash-file.ts";
import { packageDigest, parseLock, renderLock } from "./package-lock.ts";

const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });

function hashed(path: string, content: Uint8Array) {
	const hasher = new ChunkHasher();
	hasher.update(content);
	return { path, ...hasher.finish() };
}

describe("the package digest", () => {
	it("changes with any single byte of any file", () => {
		const change = fc.record({ file: fc.nat(), at: fc.nat(), flip: fc.integer({ min: 1, max: 255 }) });
		fc.assert(
			fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), change, (contents, { file, at, flip }) => {
				const before = packageDigest(contents.map((content, index) => hashed(`f${index}`, content)));
				const changed = contents.map((content) => Uint8Array.from(content));
				const victim = changed[file % changed.length]!;
				victim[at % victim.length]! ^= flip;
				expect(packageDigest(changed.map((content, index) => hashed(`f${index}`, content)))).not.toBe(before);
			}),
			{ seed: 7 },
		);
	});

	it("does not depend on the order in which files were found, and leaves out lock and signature", () => {
		const files = ["b", "a", "model.lock.json", "model.sig", "é"].map((path) => hashed(path, Buffer.from(path)));
		const bare = files.filter((file) => !file.path.startsWith("model."));
		expect(packageDigest(files)).toBe(packageDigest(bare.reverse()));
	});

	it("changes with the name of a file", () => {
		expect(packageDigest([hashed("a", Buffer.from("x"))])).not.toBe(packageDigest([hashed("b", Buffer.from("x"))]));
	});

	it("is the sha256 of the canonical JSON, as anyone can compute it", () => {
		const sha256 = createHash("sha256").update("x").digest("hex");
		const text = `[{"path":"a","sha256":"${sha256}","size":1}]`;
		expect(packageDigest([hashed("a", Buffer.from("x"))])).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
	});
});

describe("hashing", () => {
	it("gives the same digests in two threads as in one, across chunk ends", async () => {
		const path = join(await temporaryFolder(), "weights.bin");
		await writeFile(path, "begin");
		await truncate(path, 2 * CHUNK_BYTES + 12_345);
		await appendFile(path, "end");
		const alone = await hashFile(path);
		let counted = 0;
		const count = (more: number): void => {
			counted += more;
		};
		expect(await hashFile(path, { parallelMinBytes: 0, onBytes: count })).toEqual(alone);
		expect(counted).toBe(alone.size);
		const chunks = await hashChunks(path, alone.size, { parallelMinBytes: 0 });
		expect(chunks.toString("base64")).toBe(alone.chunks);
		expect(chunks).toHaveLength(3 * 32);
	});

	it("does not depend on how a stream is cut", () => {
		fc.assert(
			fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
				const hasher = new ChunkHasher();
				for (const part of parts) hasher.update(part);
				expect({ path: "x", ...hasher.finish() }).toEqual(hashed("x", Buffer.concat(parts)));
			}),
			{ seed: 7 },
		);
	});
});

describe("a lock", () => {
	it("reads back as it was written", async () => {
		const lock = makeLock("m", "1.0.0", await hashPackage(await writePackage({ a: "x", "b/c": "yy" })), [], 0);
		expect(parseLock(renderLock(lock))).toEqual(lock);
		expect(lock.files.map((file) => file.path)).toEqual(["a", "b/c"]);
	});

	it.each([
		["text that is not JSON", () => "{"],
		["another version", (text: string) => text.replace('"lockVersion": 1', '"lockVersion": 2')],
		["another digest", (text: string) => text.replace(/"packageDigest": "sha256:./, '"packageDigest": "sha256:z')],
		["another size", (text: string) => text.replace('"size": 1', '"size": 2')],
		["other chunks", (text: string) => text.replace(/"chunks": ".{4}/, '"chunks": "AAAA')],
		["null", () => "null"],
	])("with %s is refused", async (_, spoil) => {
		const lock = makeLock("m", "1.0.0", await hashPackage(await writePackage({ a: "x" })), [], 0);
		expect(() => parseLock(spoil(renderLock(lock)))).toThrowError(expect.objectContaining({ code: "package.lock" }));
	});
});
