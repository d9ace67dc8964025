import { HeadgateError } from "@headgate/protocol";
import type { Field, MessageKind, WireReader } from "../wire-reader.ts";

export const MAX_DEPTH = 64;
export const MAX_NAME_BYTES = 64 * 1024;
const MAX_KEPT = 2_000_000;

export interface Span {
	readonly start: number;
	readonly end: number;
}

/** What a walk through one file collects, and the limits that keep its memory bounded. */
export class Walk {
	readonly reader: WireReader;
	#kept = 0;

	constructor(reader: WireReader) {
		this.reader = reader;
	}

	/** Calls `visit` for each field of a message, in order. */
	async fields(span: Span, kind: MessageKind, visit: (field: Field) => Promise<void> | undefined): Promise<void> {
		for (let at = span.start; at < span.end; ) {
			const field = this.reader.tryField(at, span.end, kind) ?? (await this.reader.field(at, span.end, kind));
			const pending = visit(field);
			if (pending !== undefined) await pending;
			at = field.end;
		}
	}

	/** Counts one thing held in memory. */
	keep(): void {
		if (++this.#kept > MAX_KEPT) {
			throw new HeadgateError(
				"onnx.limit",
				`${this.reader.name} has more than ${MAX_KEPT.toLocaleString("en")} tensors and names`,
			);
		}
	}

	enter(field: Field, depth: number, what: string): Span {
		this.reader.expectWire(field, 2, what);
		if (depth > MAX_DEPTH) throw new HeadgateError("onnx.limit", `${this.reader.name} nests graphs deeper than ${MAX_DEPTH}`);
		return field;
	}

	/** A signed 64-bit varint as a safe integer. */
	integer(field: Field, what: string): number {
		this.reader.expectWire(field, 0, what);
		const value = Number(BigInt.asIntN(64, BigInt(field.value)));
		if (!Number.isSafeInteger(value))
			throw this.reader.malformed(`${what} is ${value.toLocaleString("en")}, too large`, field.start);
		return value;
	}

	name(field: Field, what: string): Promise<string> {
		return this.reader.text(field, MAX_NAME_BYTES, what);
	}
}

/** Varints in a packed payload. Throws when the last one does not end. */
export function packedIntegers(bytes: Uint8Array): bigint[] | undefined {
	const values: bigint[] = [];
	let value = 0n;
	let shift = 0n;
	for (const byte of bytes) {
		value |= BigInt(byte & 0x7f) << shift;
		shift += 7n;
		if (shift > 70n) return undefined;
		if (byte < 0x80) {
			values.push(BigInt.asIntN(64, value));
			value = 0n;
			shift = 0n;
		}
	}
	return shift === 0n ? values : undefined;
}
