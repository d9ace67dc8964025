import { bytesSource } from "../../files/read-at.ts";
import { readSafetensors } from "../../formats/safetensors/read-safetensors.ts";
import { encodeSafetensors, headerLength, withHeader } from "../encode-safetensors.ts";
import { mutateField } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";
import type { MutationSubject } from "./subject.ts";

const DTYPES = ["F32", "F16", "BF16", "F8_E4M3", "F4", "I64", "BOOL", "F7", ""];
const NUMBERS = [0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, 0.5, "8", null];

export const safetensorsSubject: MutationSubject = {
	name: "safetensors",
	sources: /^formats\/safetensors\//,
	seeds: () => [
		encodeSafetensors(
			[
				{ name: "embed.weight", shape: [4, 2], data: new Uint8Array(32).fill(3) },
				{ name: "scale", dtype: "F16", shape: [3], data: new Uint8Array(6).fill(1) },
				{ name: "none", dtype: "I64", shape: [0, 7], data: new Uint8Array(0) },
			],
			{ format: "pt" },
		),
		encodeSafetensors([{ name: "w", dtype: "BF16", shape: [2, 2, 2], data: new Uint8Array(16).fill(9) }]),
	],
	mutateStructure(bytes, random) {
		if (random.below(4) === 0) return mutateField(bytes, [{ offset: 0, bytes: 8, form: "little-endian" }], random);
		return mutateHeader(bytes, random);
	},
	parse: (bytes) => readSafetensors(bytesSource(bytes), "model.safetensors"),
	codes: /^(safetensors\.[a-z-]+|weights\.(cut-off|empty))$/,
};

type Entries = [string, Record<string, unknown>][];

/** Reads the header, changes one thing in it, and writes it again with its right length. */
function mutateHeader(bytes: Uint8Array, random: Random): Uint8Array {
	const length = Number(Buffer.from(bytes).readBigUInt64LE(0));
	const header = Buffer.from(bytes.subarray(8, 8 + length)).toString("utf8");
	const data = bytes.subarray(8 + length);
	const entries = Object.entries(JSON.parse(header) as Record<string, Record<string, unknown>>);
	const text = changed(entries, random);
	if (random.below(8) > 0) return withHeader(text, data);
	return Buffer.concat([headerLength(Buffer.byteLength(text) + random.below(5) - 2), Buffer.from(text), data]);
}

function changed(entries: Entries, random: Random): string {
	const [name, entry] = random.pick(entries);
	switch (random.below(7)) {
		case 0:
			entry["dtype"] = random.pick(DTYPES);
			break;
		case 1:
			entry["shape"] = Array.from({ length: random.below(5) }, () => random.pick(NUMBERS));
			break;
		case 2:
			entry["data_offsets"] = [random.pick(NUMBERS), random.below(64)];
			break;
		case 3:
			delete entry[random.pick(Object.keys(entry))];
			break;
		case 4:
			entry[random.pick(["extra", "__proto__", "dtype"])] = random.pick([...NUMBERS, {}, []]);
			break;
		case 5:
			// The same key again, once spelled with an escape.
			return `${render(entries).slice(0, -1)},${random.below(2) === 0 ? JSON.stringify(name) : `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`}:${JSON.stringify(entry)}}`;
		default:
			return render(entries).replace(
				random.pick(["{", "}", "[", ":", ",", '"']),
				random.pick(["", "}", "[[", "\u0000", "\\", '"']),
			);
	}
	return render(entries);
}

function render(entries: Entries): string {
	return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(",")}}`;
}
