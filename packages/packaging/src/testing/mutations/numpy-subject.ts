import { bytesSource } from "../../files/read-at.ts";
import { readNpy } from "../../formats/numpy/read-npy.ts";
import { mutateText } from "./mutate-text.ts";
import type { MutationSubject } from "./subject.ts";

const TOKENS = [
	"'descr'",
	"'shape'",
	"'fortran_order'",
	"'<f4'",
	"'|O'",
	"'<U7'",
	"[('a', '<i8')]",
	"(2, 3)",
	"()",
	"(9223372036854775807,)",
	"-1",
	"True",
	"None",
	"{",
	"}",
	"(",
	")",
	"[",
	",",
	":",
	"'",
	'"',
	"\\",
	"0x10",
	"1e5",
];

export const numpySubject: MutationSubject = {
	name: "numpy",
	sources: /^formats\/numpy\/(?!read-npz)/,
	seeds: () => [
		npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24),
		npy("{'descr': [('a', '<i8'), ('b', '|S3', (2,))], 'fortran_order': True, 'shape': (2,), }", 28, 2),
	],
	mutateStructure(bytes, random) {
		const wide = bytes[6]! > 1;
		const start = wide ? 12 : 10;
		const header = Buffer.from(bytes).toString("latin1", start, bytes.indexOf(0x0a, start));
		return npy(mutateText(header, TOKENS, random), random.pick([24, 28, 0, 7]), wide ? 2 : 1);
	},
	parse: (bytes) => readNpy(bytesSource(bytes), "a.npy"),
	codes: /^(npy\.[a-z-]+|weights\.cut-off)$/,
};

function npy(header: string, dataBytes: number, version = 1): Uint8Array {
	const text = Buffer.from(`${header}\n`, "latin1");
	const length = Buffer.alloc(version === 1 ? 2 : 4);
	length.writeUIntLE(text.length, 0, length.length);
	return Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]), length, text, Buffer.alloc(dataBytes, 1)]);
}
