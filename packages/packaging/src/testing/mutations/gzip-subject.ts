import { gzipSync } from "node:zlib";
import { bytesSource } from "../../files/read-at.ts";
import { gunzip } from "../../formats/gzip/gunzip.ts";
import { mutateField } from "./mutate-bytes.ts";
import type { Field, MutationSubject } from "./subject.ts";

export const gzipSubject: MutationSubject = {
	name: "gzip",
	sources: /^formats\/gzip\//,
	seeds: () => [
		gzipSync("0123456789".repeat(50)),
		Buffer.concat([gzipSync("first"), gzipSync("second")]),
		// A name, a comment, an extra field and a checksum of the header's own stand behind the flags.
		named(gzipSync("named")),
	],
	mutateStructure: (bytes, random) => mutateField(bytes, gzipFields(bytes), random),
	async parse(bytes) {
		let total = 0;
		for await (const piece of gunzip(bytesSource(bytes), { name: "model.gz" })) total += piece.length;
		return total;
	},
	codes: /^(archive\.[a-z-]+|weights\.cut-off)$/,
};

function named(plain: Buffer): Buffer {
	const header = Buffer.from(plain.subarray(0, 10));
	header[3] = 0x08 | 0x10 | 0x04;
	const behind = Buffer.concat([Buffer.from([4, 0, 1, 2, 3, 4]), Buffer.from("model.tar\0comment\0")]);
	return Buffer.concat([header, behind, plain.subarray(10)]);
}

/** The header's bytes and the checksum and size at the end. */
function gzipFields(bytes: Uint8Array): Field[] {
	const head = Array.from({ length: 12 }, (_, offset): Field => ({ offset, bytes: 1, form: "little-endian" }));
	return [
		...head,
		{ offset: 10, bytes: 2, form: "little-endian" },
		{ offset: bytes.length - 8, bytes: 4, form: "little-endian" },
		{ offset: bytes.length - 4, bytes: 4, form: "little-endian" },
	];
}
