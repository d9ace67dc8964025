import type { Random } from "./random.ts";
import type { Field } from "./subject.ts";

/** Changes that know nothing of the format: bytes flipped, cut off, doubled, moved, put in. */
export function mutateBytes(seed: Uint8Array, random: Random): Uint8Array {
	let bytes = Buffer.from(seed);
	for (let count = 1 + random.below(4); count > 0; count--) {
		const at = random.below(bytes.length + 1);
		const length = random.below(Math.min(64, bytes.length - at) + 1);
		switch (random.below(6)) {
			case 0:
				bytes = bytes.subarray(0, at);
				break;
			case 1:
				bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
				break;
			case 2:
				bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
				break;
			case 3:
				bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random.below(16), random.below(256)), bytes.subarray(at)]);
				break;
			default:
				bytes = Buffer.from(bytes);
				if (at < bytes.length) bytes[at] = random.below(256);
		}
	}
	return bytes;
}

/** Writes a value that breaks careless arithmetic into one of a file's fields, or the value of another field. */
export function mutateField(seed: Uint8Array, fields: readonly Field[], random: Random): Uint8Array {
	if (fields.length === 0) return mutateBytes(seed, random);
	const field = random.pick(fields);
	const other = random.pick(fields);
	const value = random.below(5) === 0 ? readField(seed, other) : interesting(readField(seed, field), seed.length, random);
	return writeField(seed, field, value);
}

const EDGES = [0n, 1n, 2n, 7n, 127n, 128n, 255n, 256n, 65_535n, 65_536n, 2n ** 24n, 2n ** 30n, 2n ** 31n - 1n, 2n ** 31n];
const FAR_EDGES = [
	2n ** 32n - 1n,
	2n ** 32n,
	2n ** 40n,
	2n ** 53n - 1n,
	2n ** 53n,
	2n ** 62n,
	2n ** 63n - 1n,
	2n ** 63n,
	2n ** 64n - 1n,
];

function interesting(now: bigint, size: number, random: Random): bigint {
	const near = [
		now + 1n,
		now - 1n,
		now * 2n,
		now / 2n,
		BigInt(size),
		BigInt(size) - 1n,
		BigInt(size) + 1n,
		BigInt(random.below(size + 1)),
	];
	return random.pick([...EDGES, ...FAR_EDGES, ...near, ...near]);
}

function readField(bytes: Uint8Array, { offset, bytes: length, form }: Field): bigint {
	const part = bytes.subarray(offset, offset + length);
	if (form === "octal") return BigInt(Number.parseInt(Buffer.from(part).toString("latin1"), 8) || 0);
	const bits = form === "varint" ? 7n : 8n;
	return part.reduce(
		(sum, byte, index) => sum + ((form === "varint" ? BigInt(byte & 0x7f) : BigInt(byte)) << (bits * BigInt(index))),
		0n,
	);
}

/** A varint may change its length; everything after it moves. */
function writeField(bytes: Uint8Array, { offset, bytes: length, form }: Field, value: bigint): Uint8Array {
	const before = bytes.subarray(0, offset);
	const after = bytes.subarray(offset + length);
	return Buffer.concat([before, encoded(form, length, BigInt.asUintN(64, value)), after]);
}

function encoded(form: Field["form"], length: number, value: bigint): Uint8Array {
	if (form === "octal")
		return Buffer.from(
			value
				.toString(8)
				.padStart(length - 1, "0")
				.slice(0, length - 1)
				.concat("\0"),
			"latin1",
		);
	if (form === "little-endian") return Uint8Array.from({ length }, (_, index) => Number((value >> (8n * BigInt(index))) & 0xffn));
	const out: number[] = [];
	let rest = value;
	do {
		out.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
		rest >>= 7n;
	} while (rest > 0n);
	return Uint8Array.from(out);
}
