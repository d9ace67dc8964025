import { crc32, deflateRawSync } from "node:zlib";
import { assembleZip, encodeCentralHeader, encodeLocalHeader, encodeZip, type ZipSpec } from "./encode-zip.ts";

/**
 * Entries that lie inside one another: each quotes the header of the next and goes on with its content, so that the bytes of one
 * megabyte count many times. After D. Fifield, A better zip bomb, 2019.
 */
export function quinedZip(files: number): Buffer {
	const specs: ZipSpec[] = [];
	let body = deflateRawSync(Buffer.alloc(1_000_000));
	let content = Buffer.alloc(1_000_000);
	const headers: Buffer[] = [];
	for (let index = files - 1; index >= 0; index--) {
		const spec = { name: `f${index}`, content, packed: body, deflate: true, crc32: crc32(content) };
		const header = encodeLocalHeader(spec);
		specs.unshift({ ...spec, content: "", bytes: content.length });
		headers.unshift(header);
		const quote = Buffer.from([0, header.length & 255, header.length >> 8, ~header.length & 255, (~header.length >> 8) & 255]);
		content = Buffer.concat([header, content]);
		body = Buffer.concat([quote, header, body]);
	}
	// The first file's header stands before its content; the others are quoted in it.
	const entries = Buffer.concat([headers[0]!, specs[0]!.packed!]);
	let offset = 0;
	const central = specs.map((spec, index) => {
		const at = offset;
		offset += headers[index]!.length + 5;
		return encodeCentralHeader({ ...spec, compressedBytes: spec.packed!.length }, at);
	});
	return assembleZip(entries, central);
}

/** Zips in zips of zeros, each level many times: `levels` 1 is one archive of zeros. */
export function nestedZip(levels: number, each = 8): Buffer {
	let content: Uint8Array = Buffer.alloc(1_000_000);
	for (let level = 0; level < levels; level++) {
		const name = level === 0 ? "zeros" : "inner.zip";
		const inner = content;
		content = encodeZip(
			Array.from({ length: each }, (_, index) => ({ name: `${index}-${name}`, content: inner, deflate: true })),
		);
	}
	return Buffer.from(content);
}
