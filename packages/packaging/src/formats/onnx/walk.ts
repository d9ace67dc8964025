import { HeadgateError } from "@headgate/protocol";
import type { Field, MessageKind, WireReader } from "../wire-reader.ts";
import { type Content, READ, UNREAD } from "./unread-fields.ts";

export const MAX_DEPTH = 64;
export const MAX_NAME_BYTES = 64 * 1024;
/** Longer lists of numbers are weights, which are not read here. */
const MAX_PACKED_BYTES = 1024 * 1024;
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
			const looking = this.#lookInto(field, UNREAD.get(kind)?.[field.number], 0);
			if (looking !== undefined) await looking;
			at = field.end;
		}
	}

	/** Makes sure that a field which nobody reads is well-formed. */
	#lookInto(field: Field, content: Content | undefined, depth: number): Promise<void> | undefined {
		if (content === undefined || field.wire !== 2) return undefined;
		if (content === 4 || content === 8) {
			if ((field.end - field.start) % content === 0) return undefined;
			throw this.reader.malformed(`packed numbers of ${content} bytes end inside one`, field.start);
		}
		return content === "varints" ? this.#lookAtVarints(field) : this.#lookThrough(field, content, depth);
	}

	async #lookThrough(message: Field, kind: MessageKind, depth: number): Promise<void> {
		this.enter(message, depth, kind.name);
		for (let at = message.start; at < message.end; ) {
			const field = this.reader.tryField(at, message.end, kind) ?? (await this.reader.field(at, message.end, kind));
			const content = UNREAD.get(kind)?.[field.number] ?? READ.get(kind)?.[field.number];
			const pending = this.#lookInto(field, content, depth + 1);
			if (pending !== undefined) await pending;
			at = field.end;
		}
	}

	async #lookAtVarints(field: Field): Promise<void> {
		if (field.end - field.start > MAX_PACKED_BYTES) return;
		let length = 0;
		for (const byte of await this.reader.bytes(field, MAX_PACKED_BYTES, "packed numbers")) {
			length = byte < 0x80 ? 0 : length + 1;
			if (length >= 10) break;
		}
		if (length > 0) throw this.reader.malformed("packed numbers end inside one", field.start);
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
