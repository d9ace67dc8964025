import { bytesSource } from "../../files/read-at.ts";
import { readTar } from "../../formats/tar/read-tar.ts";
import { encodeTar } from "../encode-tar.ts";
import { mutateField } from "./mutate-bytes.ts";
import type { Field, MutationSubject } from "./subject.ts";

const BLOCK_BYTES = 512;
/** Mode, owner, group, size, time; the checksum is mended after. */
const NUMBERS: readonly (readonly [offset: number, bytes: number])[] = [
	[100, 8],
	[108, 8],
	[116, 8],
	[124, 12],
	[136, 12],
];
const CHECKSUM = { offset: 148, bytes: 8 };
const TYPE_OFFSET = 156;

export const tarSubject: MutationSubject = {
	name: "tar",
	sources: /^formats\/tar\//,
	seeds: () => [
		encodeTar([
			{ name: "model/", type: "5" },
			{ name: "model/model.onnx", content: Buffer.alloc(700, 7) },
			{ name: "x", longName: `model/${"long/".repeat(30)}name.txt`, content: "long" },
			{ name: "y", pax: { path: "model/weights.bin", size: "5" }, content: "12345" },
		]),
	],
	mutateStructure(bytes, random) {
		const header = random.pick(headers(bytes));
		const fields = NUMBERS.map(([offset, size]): Field => ({ offset: header + offset, bytes: size, form: "octal" }));
		const changed = Buffer.from(mutateField(bytes, fields, random));
		if (random.below(3) === 0)
			changed[header + TYPE_OFFSET] = random.pick([0, 0x30, 0x31, 0x32, 0x33, 0x35, 0x36, 0x4c, 0x53, 0x78, 0x67]);
		// One in ten keeps the checksum of before.
		return random.below(10) === 0 ? changed : withChecksum(changed, header);
	},
	parse: (bytes) => readTar(bytesSource(bytes), "model.tar"),
	codes: /^(archive\.[a-z-]+|weights\.cut-off)$/,
};

function headers(bytes: Uint8Array): number[] {
	const found: number[] = [];
	for (let at = 0; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) {
		if (Buffer.from(bytes.subarray(at + 257, at + 262)).toString("latin1") === "ustar") found.push(at);
	}
	return found;
}

function withChecksum(bytes: Buffer, header: number): Buffer {
	bytes.fill(0x20, header + CHECKSUM.offset, header + CHECKSUM.offset + CHECKSUM.bytes);
	const sum = bytes.subarray(header, header + BLOCK_BYTES).reduce((total, byte) => total + byte, 0);
	bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, header + CHECKSUM.offset, "latin1");
	return bytes;
}
