import { bytesSource } from "../../files/read-at.ts";
import { readZip } from "../../formats/zip/read-zip.ts";
import { streamEntry } from "../../formats/zip/zip-entry.ts";
import { encodeZip } from "../encode-zip.ts";
import { mutateField } from "./mutate-bytes.ts";
import type { Field, MutationSubject } from "./subject.ts";

const MAX_ENTRY_BYTES = 1024 * 1024;
const SIGNATURES = {
	local: "PK\x03\x04",
	central: "PK\x01\x02",
	end: "PK\x05\x06",
	wideEnd: "PK\x06\x06",
	locator: "PK\x06\x07",
};
/** Sizes of the fields behind each signature, in their order. */
const LAYOUT: Readonly<Record<keyof typeof SIGNATURES, readonly number[]>> = {
	local: [2, 2, 2, 2, 2, 4, 4, 4, 2, 2],
	central: [2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4],
	end: [2, 2, 2, 2, 4, 4, 2],
	wideEnd: [8, 2, 2, 4, 4, 8, 8, 8, 8],
	locator: [4, 8, 4],
};

export const zipSubject: MutationSubject = {
	name: "zip",
	sources: /^formats\/(zip\/|gzip\/inflate)|^archive\/(archive-error|entry-names)/,
	seeds: () => [
		encodeZip([
			{ name: "model/", content: "" },
			{ name: "model/data.pkl", content: "0123456789".repeat(30), deflate: true },
			{ name: "model/data/0", content: Buffer.alloc(64, 1), descriptor: true },
		]),
		encodeZip([{ name: "config.json", content: '{"a":1}', deflate: true, wide: true }], {
			wide: true,
			comment: Buffer.from("made"),
		}),
	],
	mutateStructure: (bytes, random) => mutateField(bytes, zipFields(bytes), random),
	async parse(bytes) {
		const source = bytesSource(bytes);
		const archive = await readZip(source, "model.zip");
		for (const entry of archive.entries) {
			for await (const _ of streamEntry(source, entry, { name: "model.zip", maxBytes: MAX_ENTRY_BYTES }));
		}
		return archive;
	},
	codes: /^(archive\.[a-z-]+|weights\.cut-off)$/,
};

function zipFields(bytes: Uint8Array): Field[] {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const fields: Field[] = [];
	for (const [kind, signature] of Object.entries(SIGNATURES) as [keyof typeof SIGNATURES, string][]) {
		for (let at = buffer.indexOf(signature, 0, "latin1"); at !== -1; at = buffer.indexOf(signature, at + 4, "latin1")) {
			let offset = at + 4;
			for (const size of LAYOUT[kind]) {
				if (offset + size <= bytes.length) fields.push({ offset, bytes: size, form: "little-endian" });
				offset += size;
			}
		}
	}
	return fields;
}
