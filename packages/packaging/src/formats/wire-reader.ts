import { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../files/read-at.ts";

/** Large enough that a header costs few reads, small enough that skipping many tensors stays cheap. */
const WINDOW_BYTES = 64 * 1024;
/** Tag and one varint: the most a field's head can take. */
const FIELD_HEAD_BYTES = 20;

/** What a message is called and what its fields are called, for errors that people can read. */
export interface MessageKind {
	readonly name: string;
	readonly fields: Readonly<Record<number, string>>;
}

export interface Field {
	readonly number: number;
	/** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
	readonly wire: 0 | 1 | 2 | 5;
	/** Offsets in the file: the payload is [start, end). */
	readonly start: number;
	readonly end: number;
	/** The varint's unsigned value; 0 for other wire types. */
	readonly value: number | bigint;
}

/**
 * Walks the protobuf wire format with positional reads through a small window; payloads are skipped unless asked for.
 * Throws HeadgateError `weights.cut-off` and `onnx.malformed`, always with file and offset.
 */
export class WireReader {
	readonly size: number;
	readonly name: string;
	readonly #source: ReadAt;
	readonly #signal: AbortSignal | undefined;
	#window: Uint8Array = new Uint8Array(0);
	#from = 0;

	constructor(source: ReadAt, name: string, signal?: AbortSignal) {
		this.#source = source;
		this.size = source.size;
		this.name = name;
		this.#signal = signal;
	}

	/** The field at an offset when the window holds its head, else undefined: then call `field`. */
	tryField(at: number, end: number, kind: MessageKind): Field | undefined {
		const have = this.#from + this.#window.length;
		if (at < this.#from || (at + FIELD_HEAD_BYTES > have && have < this.size)) return undefined;
		return this.#parse(at, end, kind);
	}

	async field(at: number, end: number, kind: MessageKind): Promise<Field> {
		await this.#load(at);
		return this.#parse(at, end, kind);
	}

	/** A payload's bytes; refuses to hold more than `maxBytes`. */
	async bytes(field: { readonly start: number; readonly end: number }, maxBytes: number, what: string): Promise<Uint8Array> {
		const length = field.end - field.start;
		if (length > maxBytes) {
			const limit = maxBytes.toLocaleString("en");
			throw new HeadgateError("onnx.limit", `${this.name}: ${what} at offset ${at(field.start)} is longer than ${limit} bytes`);
		}
		if (field.start < this.#from || field.end > this.#from + this.#window.length) {
			if (length > WINDOW_BYTES) {
				this.#signal?.throwIfAborted();
				const bytes = await this.#source.read(field.start, length);
				if (bytes.length < length) throw this.#shrank(field.start + bytes.length);
				return bytes;
			}
			await this.#load(field.start);
		}
		return this.#window.subarray(field.start - this.#from, field.end - this.#from);
	}

	async text(field: Field, maxBytes: number, what: string): Promise<string> {
		this.expectWire(field, 2, what);
		return Buffer.from(await this.bytes(field, maxBytes, what)).toString("utf8");
	}

	expectWire(field: Field, wire: Field["wire"], what: string): void {
		if (field.wire !== wire) throw this.malformed(`${what} has wire type ${field.wire}, expected ${wire}`, field.start);
	}

	malformed(message: string, offset: number): HeadgateError {
		return new HeadgateError("onnx.malformed", `${this.name} is damaged at offset ${at(offset)}: ${message}`, {
			path: this.name,
		});
	}

	async #load(offset: number): Promise<void> {
		this.#signal?.throwIfAborted();
		const wanted = Math.min(WINDOW_BYTES, this.size - offset);
		const window = await this.#source.read(offset, wanted);
		if (window.length < wanted) throw this.#shrank(offset + window.length);
		this.#window = window;
		this.#from = offset;
	}

	#parse(offset: number, end: number, kind: MessageKind): Field {
		const tag = this.#varint(offset, end, kind.name);
		if (typeof tag.value === "bigint" || tag.value > 0xffff_ffff) throw this.malformed("a field number is too large", offset);
		const number = Math.floor(tag.value / 8);
		const wire = tag.value % 8;
		const what = kind.fields[number] ?? `field ${number} of the ${kind.name}`;
		if (number === 0) throw this.malformed(`field number 0 in the ${kind.name}`, offset);
		if (wire === 0) {
			const value = this.#varint(tag.next, end, what);
			return { number, wire, start: tag.next, end: value.next, value: value.value };
		}
		if (wire !== 1 && wire !== 2 && wire !== 5) throw this.malformed(`${what} has the unknown wire type ${wire}`, offset);
		const head = wire === 2 ? this.#varint(tag.next, end, what) : { value: wire === 1 ? 8 : 4, next: tag.next };
		const length = Number(head.value);
		const stop = head.next + length;
		if (stop > end) {
			if (end === this.size || stop > this.size) throw this.#cutOff(what, head.next, head.value);
			throw this.malformed(`${what} says ${at(length)} bytes, its ${kind.name} has ${at(end - head.next)} left`, head.next);
		}
		return { number, wire, start: head.next, end: stop, value: 0 };
	}

	#varint(offset: number, end: number, what: string): { value: number | bigint; next: number } {
		const limit = Math.min(end, this.#from + this.#window.length);
		let small = 0;
		let scale = 1;
		let index = offset;
		for (; index < limit && index - offset < 7; index++) {
			const byte = this.#window[index - this.#from]!;
			small += (byte & 0x7f) * scale;
			if (byte < 0x80) return { value: small, next: index + 1 };
			scale *= 128;
		}
		let big = BigInt(small);
		for (; index < limit && index - offset < 10; index++) {
			const byte = this.#window[index - this.#from]!;
			big |= BigInt(byte & 0x7f) << BigInt(7 * (index - offset));
			if (byte < 0x80) {
				const value = BigInt.asUintN(64, big);
				return { value: value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value, next: index + 1 };
			}
		}
		if (index - offset >= 10) throw this.malformed(`a number of the ${what} is longer than 10 bytes`, offset);
		if (index >= this.size) {
			const message = `${this.name} is cut off: ${the(what)} at offset ${at(offset)} goes on, the file ends (at offset ${at(this.size)})`;
			throw new HeadgateError("weights.cut-off", message, { path: this.name });
		}
		throw this.malformed(`${the(what)} ends inside a number`, offset);
	}

	#cutOff(what: string, start: number, length: number | bigint): HeadgateError {
		const message =
			`${this.name} is cut off: ${the(what)} at offset ${at(start)} says ${at(length)} bytes, ` +
			`the file ends after ${at(Math.max(0, this.size - start))} of them (at offset ${at(this.size)})`;
		return new HeadgateError("weights.cut-off", message, { path: this.name });
	}

	#shrank(offset: number): HeadgateError {
		const message = `${this.name} is cut off: it had ${at(this.size)} bytes when opened and ends now at offset ${at(offset)}`;
		return new HeadgateError("weights.cut-off", message, { path: this.name });
	}
}

function at(value: number | bigint): string {
	return value.toLocaleString("en");
}

function the(what: string): string {
	return what.startsWith("field ") ? what : `the ${what}`;
}
