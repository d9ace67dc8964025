import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { gunzip } from "./gunzip.ts";

async function unpacked(bytes: Uint8Array): Promise<{ content: Buffer; members: number; trailingBytes: number }> {
	const pieces: Buffer[] = [];
	const stream = gunzip(bytesSource(bytes), { name: "m.gz" });
	let step = await stream.next();
	for (; !step.done; step = await stream.next()) pieces.push(step.value);
	return { content: Buffer.concat(pieces), ...step.value };
}

const text = Buffer.from("a model ".repeat(1000));
const gz = gzipSync(text);

describe("a gzip file", () => {
	it("is unpacked", async () => {
		expect(await unpacked(gz)).toEqual({ content: text, members: 1, trailingBytes: 0 });
	});

	it("is unpacked when it is longer than one window", async () => {
		const long = Buffer.concat([randomBytes(900_000), Buffer.alloc(3_000_000)]);
		expect((await unpacked(gzipSync(long))).content.equals(long)).toBe(true);
	});

	it("may have several members, of which each is counted", async () => {
		const long = gzipSync(randomBytes(300_000));
		const { content, members } = await unpacked(Buffer.concat([gz, gzipSync(""), long, gz]));
		expect([content.length, members]).toEqual([2 * text.length + 300_000, 4]);
	});

	it("may have a name, a comment, an extra field and a checksum in its header", async () => {
		const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3]);
		const bytes = Buffer.concat([header, Buffer.from("name\0comment\0\x12\x34", "latin1"), gz.subarray(10)]);
		expect((await unpacked(bytes)).content.equals(text)).toBe(true);
	});

	it("may be filled up with zeros; anything else after it is told", async () => {
		expect((await unpacked(Buffer.concat([gz, Buffer.alloc(600)]))).trailingBytes).toBe(0);
		expect((await unpacked(Buffer.concat([gz, Buffer.from("PK more")]))).trailingBytes).toBe(7);
	});

	it("is refused when it is cut off anywhere", async () => {
		for (let size = 0; size < gz.length; size++) {
			await expect(unpacked(gz.subarray(0, size))).rejects.toMatchObject({ code: "weights.cut-off" });
		}
	});

	it.each([
		["archive.crc", "its checksum differs", changed(gz.length - 8)],
		["archive.crc", "its size differs", changed(gz.length - 1)],
		["archive.malformed", "it begins with something else", changed(0)],
		["archive.malformed", "its header has an unknown flag", changed(3)],
		["archive.malformed", "its packed data are damaged", changed(11)],
		["archive.bomb", "it has 1,001 members", Buffer.concat(Array.from({ length: 1_001 }, () => gzipSync("")))],
	])("is refused with %s when %s", async (code, _, bytes) => {
		await expect(unpacked(bytes)).rejects.toMatchObject({ code, path: "m.gz" });
	});
});

function changed(at: number): Buffer {
	const bytes = Buffer.from(gz);
	bytes[at] = bytes[at]! ^ 0xff;
	return bytes;
}
