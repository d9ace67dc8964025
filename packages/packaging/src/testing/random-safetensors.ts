import { DTYPE_BITS } from "../formats/safetensors/dtypes.ts";
import { headerLength } from "./encode-safetensors.ts";
import type { Random } from "./mutations/random.ts";

interface Entry {
	dtype: string;
	shape: number[];
	data_offsets: number[];
}

/** A sound file with a few small tensors of random types and shapes, some of them empty. */
export function soundSafetensors(random: Random): Uint8Array {
	const { header, data } = soundParts(random);
	return assemble(JSON.stringify(header), data, 8);
}

/** A file with one or two faults of structure, or with something odd that a reader may or may not accept. */
export function oddSafetensors(random: Random): Uint8Array {
	const { header, data } = soundParts(random);
	let bytes: Uint8Array = data;
	for (let count = 1 + random.below(2); count > 0; count--) bytes = withFault(header, bytes, random);
	const text = random.below(2) === 0 ? JSON.stringify(header) : random.pick(TEXT_FAULTS)(JSON.stringify(header), random);
	const whole = assemble(text, bytes, random.pick([1, 8]));
	return random.below(4) === 0 ? random.pick(FILE_FAULTS)(whole, random) : whole;
}

function withFault(header: Record<string, Entry>, data: Uint8Array, random: Random): Uint8Array {
	try {
		return random.pick(HEADER_FAULTS)(header, data, random);
	} catch (error) {
		// A second fault may meet what the first has put in an entry's place.
		if (error instanceof TypeError) return data;
		throw error;
	}
}

function soundParts(random: Random): { header: Record<string, Entry>; data: Uint8Array } {
	const header: Record<string, Entry> = {};
	let at = 0;
	for (let index = 0; index < 1 + random.below(4); index++) {
		const dtype = random.pick(Object.keys(DTYPE_BITS));
		const shape = Array.from({ length: random.below(4) }, () => random.below(5));
		const bits = shape.reduce((product, dim) => product * dim, 1) * DTYPE_BITS[dtype]!;
		if (bits % 8 !== 0) shape.push(8);
		const bytes = (shape.reduce((product, dim) => product * dim, 1) * DTYPE_BITS[dtype]!) / 8;
		header[`t${index}`] = { dtype, shape, data_offsets: [at, at + bytes] };
		at += bytes;
	}
	return { header, data: new Uint8Array(at) };
}

function assemble(text: string, data: Uint8Array, multiple: number): Uint8Array {
	const header = Buffer.from(text);
	const padding = Buffer.alloc((multiple - (header.length % multiple)) % multiple, " ");
	return Buffer.concat([headerLength(header.length + padding.length), header, padding, data]);
}

type HeaderFault = (header: Record<string, Entry>, data: Uint8Array, random: Random) => Uint8Array;

function entryOf(header: Record<string, Entry>, random: Random): Entry {
	return header[random.pick(Object.keys(header))]!;
}

const HEADER_FAULTS: readonly HeaderFault[] = [
	(_, data) => data,
	(_, data) => Buffer.concat([data, Buffer.alloc(1)]),
	(_, data) => data.subarray(1),
	(header, data, random) => {
		const { data_offsets } = entryOf(header, random);
		data_offsets[random.below(2)]! += random.pick([-1, 1, 8, 2 ** 40]);
		return data;
	},
	(header, data, random) => {
		const { shape } = entryOf(header, random);
		shape.push(random.pick([0, 1, 2, -1, 1.5, 2 ** 40, 2 ** 60]));
		return data;
	},
	(header, data, random) => {
		entryOf(header, random).dtype = random.pick([...Object.keys(DTYPE_BITS), "F7", "f32", "I4", ""]);
		return data;
	},
	(header, data, random) => {
		const entry = entryOf(header, random);
		entry.data_offsets = random.pick([[], [0], [0, 0, 0], [...entry.data_offsets].reverse()]);
		return data;
	},
	(header, data, random) => {
		Object.assign(
			entryOf(header, random),
			random.pick([{ device: "cpu" }, { dtype: 3 }, { shape: null }, { dtype: { U8: null } }]),
		);
		return data;
	},
	(header, data, random) => {
		const odd = random.pick<unknown>([null, {}, { a: "b" }, { a: 1 }, [], "x"]);
		(header as Record<string, unknown>)["__metadata__"] = odd;
		return data;
	},
	(header, data, random) => {
		const { dtype, shape, data_offsets } = entryOf(header, random);
		(header as Record<string, unknown>)["t0"] = [dtype, shape, data_offsets];
		return data;
	},
	// No bytes, and a dimension that a number here cannot hold.
	(header, data) => {
		header["vast"] = { dtype: "U8", shape: [0, 2 ** 60], data_offsets: [data.length, data.length] };
		return data;
	},
];

const TEXT_FAULTS: readonly ((text: string, random: Random) => string)[] = [
	(text) => ` ${text}`,
	(text) => `${text}\n`,
	(text) => `${text} x`,
	(text) => text.slice(0, -1),
	(text) => text.replace('"t0"', '"\\u0074\\u0030"'),
	(text) => text.replace('"t0"', '"\\ud800"'),
	(text) => text.replace('"t0"', '"t\n0"'),
	(text) => text.replaceAll(":", " :\t").replaceAll(",", ",\r\n"),
	(text) => text.replace(/\[(\d)/, "[0$1"),
	(text) => text.replace(/\[(\d+)/, "[$1.0"),
	(text) => text.replace(/\[(\d+)/, "[$1e0"),
	(text) => text.replace(/\[(\d+)/, "[-$1"),
	(text) => text.replace(/"dtype":"(\w+)"/, '"dtype":"$1","dtype":"$1"'),
	(text) => text.replace(/^\{("[^"]+":\{[^}]*\})/, "{$1,$1"),
	(text) => text.replace("{", '{"__metadata__":{"a":"1","a":"2"},'),
	(text, random) => {
		const at = random.below(text.length);
		return `${text.slice(0, at)}${random.pick(["", ",", "}", "{", '"', "\\", "é", "\u0000", "1"])}${text.slice(at + 1)}`;
	},
];

const FILE_FAULTS: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
	(bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
	(bytes, random) => {
		const copy = Buffer.from(bytes);
		copy.writeBigUInt64LE(
			random.pick([0n, 1n, 2n ** 63n, 2n ** 64n - 1n, copy.readBigUInt64LE(0) + 1n, copy.readBigUInt64LE(0) - 1n]),
		);
		return copy;
	},
	(bytes, random) => {
		const copy = Buffer.from(bytes);
		copy[random.below(copy.length)] = random.below(256);
		return copy;
	},
];
