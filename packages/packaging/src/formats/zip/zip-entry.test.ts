import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bytesSource, countedSource } from "../../files/read-at.ts";
import { encodeZip, type ZipSpec } from "../../testing/encode-zip.ts";
import { readZip } from "./read-zip.ts";
import { openEntry, streamEntry, verifyCrc } from "./zip-entry.ts";

const options = { name: "m.zip", maxBytes: 64 * 1024 * 1024 };

async function entryOf(spec: Omit<ZipSpec, "name">) {
	const source = countedSource(bytesSource(encodeZip([{ name: "a", ...spec }])));
	return { source, entry: (await readZip(source, "m.zip")).entries[0]! };
}

/** Bytes that do not fit into one window, and whose pieces differ. */
const long = Buffer.concat([randomBytes(700_000), Buffer.alloc(2_000_000, "ab"), randomBytes(1)]);

describe("an entry of a zip archive", () => {
	it.each([
		["stored", { content: "abc" }],
		["deflated", { content: "b".repeat(1000), deflate: true }],
		["long and stored", { content: long }],
		["long and deflated", { content: long, deflate: true }],
		["empty and deflated", { content: "", deflate: true }],
	])("is read whole when it is %s", async (_, spec) => {
		const { source, entry } = await entryOf(spec);
		const pieces: Uint8Array[] = [];
		for await (const piece of streamEntry(source, entry, options)) pieces.push(piece);
		const opened = await openEntry(source, entry, options);
		expect(Buffer.concat(pieces).equals(Buffer.from(spec.content))).toBe(true);
		expect(Buffer.from(await opened.read(0, opened.size)).equals(Buffer.from(spec.content))).toBe(true);
	});

	it("is a part of the archive when it is stored: opening it reads nothing", async () => {
		const { source, entry } = await entryOf({ content: long });
		const before = source.bytesRead();
		const opened = await openEntry(source, entry, options);
		expect(source.bytesRead()).toBe(before);
		expect(Buffer.from(await opened.read(5, 3))).toEqual(long.subarray(5, 8));
	});

	it.each([
		["archive.crc", "another checksum", { content: "abc", crc32: 1 }],
		["archive.crc", "another checksum, deflated", { content: long, deflate: true, crc32: 1 }],
		["archive.tampered", "more content than it says", { content: "abcabc", deflate: true, bytes: 5 }],
		["archive.tampered", "less content than it says", { content: "abc", deflate: true, bytes: 5 }],
		["archive.tampered", "much more content than it says", { content: Buffer.alloc(50_000_000), deflate: true, bytes: 5 }],
		["archive.tampered", "much more content than it says, in a long stream", { content: long, deflate: true, bytes: 5 }],
		[
			"archive.tampered",
			"bytes hidden after its content",
			{ content: "", bytes: 0, method: 8, packed: Buffer.from([3, 0, 1, 2, 3]) },
		],
		["archive.malformed", "packed bytes that are none", { content: "abc", method: 8, packed: Buffer.from([255, 255]) }],
		["archive.malformed", "long packed bytes that are none", { content: "abc", method: 8, packed: Buffer.alloc(300_000, 255) }],
		["archive.malformed", "packed bytes that stop", { content: "abc", method: 8, packed: Buffer.alloc(0) }],
		["archive.bomb", "more content than is wanted", { content: "", bytes: 2 ** 31, deflate: true }],
	] as const)("is refused with %s for %s", async (code, _, spec) => {
		const { source, entry } = await entryOf(spec);
		await expect(verifyCrc(source, entry, options)).rejects.toMatchObject({ code, path: "m.zip" });
	});

	it("is refused when bytes are hidden after a long content", async () => {
		const { source, entry } = await entryOf({ content: long, deflate: true });
		const longer = { ...entry, compressedBytes: entry.compressedBytes + 40 };
		await expect(verifyCrc(source, longer, options)).rejects.toMatchObject({
			code: "archive.tampered",
			message: expect.stringContaining("40 bytes are hidden"),
		});
	});

	it("is no longer read when nobody wants it any more", async () => {
		const { source, entry } = await entryOf({ content: long, deflate: true });
		const stop = new AbortController();
		await expect(async () => {
			for await (const _ of streamEntry(source, entry, { ...options, signal: stop.signal })) stop.abort();
		}).rejects.toMatchObject({ name: "AbortError" });
	});
});
