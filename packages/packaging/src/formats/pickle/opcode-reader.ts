import type { ReadAt } from "../../files/read-at.ts";
import { ARGUMENTS, Argument, OPCODES } from "./opcodes.ts";

const WINDOW_BYTES = 128 * 1024;
/** What is no pickle shows in its first bytes. */
const FIRST_WINDOW_BYTES = 4 * 1024;
/** A payload up to here is held whole; a longer one is only walked over. */
const HELD_BYTES = 64 * 1024;
const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** The longest argument besides lines and payloads. */
const FIXED_BYTES = 9;
const NEWLINE = 10;
/** Searched here, longer ones by the native search. */
const SHORT_LINE_BYTES = 24;

/** Why a pickle cannot be read on. */
export interface Break {
	readonly offset: number;
	/** Continues "it is damaged at offset N: ...". */
	readonly message: string;
	/** A limit of this reader, no fault of the file. */
	readonly limit?: true;
}

/** What Node's buffers have and its types leave out: twice as fast as toString for short texts. */
interface Window extends Buffer {
	latin1Slice(from: number, end: number): string;
	utf8Slice(from: number, end: number): string;
}

/**
 * Reads one opcode after the other through a window over a source. Frames are kept to: an argument that leaves its frame, and a frame
 * inside a frame, end the reading, for unpicklers read such bytes differently (python/cpython#154848).
 */
export class OpcodeReader {
	/** The opcode's byte and offset. */
	opcode = 0;
	at = 0;
	/** The argument: a number, or the length of the payload. */
	number = 0;
	/** The payload, or the line, is [payloadAt, payloadEnd). */
	payloadAt = 0;
	payloadEnd = 0;
	/** End of the first of two lines. */
	middle = 0;
	/** Offset behind the opcode and its argument. */
	end: number;
	/** The end of the frame that is open, else 0. */
	frameEnd = 0;
	broken: Break | undefined;
	/** Of the source; less once it turned out to end before. */
	size: number;
	readonly #source: ReadAt;
	readonly #signal: AbortSignal | undefined;
	#window: Window = Buffer.alloc(0) as unknown as Window;
	#from = 0;
	#wanted = 0;
	#windowBytes = FIRST_WINDOW_BYTES;

	constructor(source: ReadAt, from: number, signal?: AbortSignal) {
		this.#source = source;
		this.size = source.size;
		this.end = from;
		this.#signal = signal;
	}

	/** Reads the opcode at `end`. False: call `fill` and try again, unless it is `broken`. */
	next(): boolean {
		const at = this.end;
		const index = at - this.#from;
		const have = this.#window.length;
		if (index + FIXED_BYTES > have && this.#from + have < this.size) return this.#need(at, FIXED_BYTES);
		if (at >= this.size) return this.#stop(at, "it ends without STOP");
		const opcode = this.#window[index]!;
		const argument = ARGUMENTS[opcode]!;
		this.at = at;
		this.opcode = opcode;
		if (argument === 0) return this.#stop(at, `0x${opcode.toString(16).padStart(2, "0")} is no pickle opcode`);
		const end = argument === Argument.none ? at + 1 : this.#argument(argument, index + 1);
		if (end < 0) return false;
		if (end > this.size) return this.#stop(at, `${OPCODES[opcode]!.name} goes on after the end of the file`);
		if (this.frameEnd !== 0) {
			if (at >= this.frameEnd) this.frameEnd = 0;
			else if (end > this.frameEnd) return this.#stop(at, `${OPCODES[opcode]!.name} crosses the end of its frame`);
		}
		if (argument === Argument.u8) this.frameEnd = end + this.number;
		this.end = end;
		return true;
	}

	/** A line or payload as Latin-1; only while `isHeld`. */
	latin1(from = this.payloadAt, end = this.payloadEnd): string {
		return this.#window.latin1Slice(from - this.#from, end - this.#from);
	}

	/** Whether the payload is ASCII; only while `isHeld`. */
	isAscii(): boolean {
		const window = this.#window;
		const end = this.payloadEnd - this.#from;
		for (let index = this.payloadAt - this.#from; index < end; index++) if (window[index]! >= 0x80) return false;
		return true;
	}

	/** A line of up to nine plain digits as a number, else -1. */
	digits(): number {
		const window = this.#window;
		const from = this.payloadAt - this.#from;
		const end = this.payloadEnd - this.#from;
		if (end === from || end - from > 9 || (window[from] === 0x30 && end - from > 1)) return -1;
		let value = 0;
		for (let index = from; index < end; index++) {
			const digit = window[index]! - 0x30;
			if (digit < 0 || digit > 9) return -1;
			value = value * 10 + digit;
		}
		return value;
	}

	utf8(): string {
		return this.#window.utf8Slice(this.payloadAt - this.#from, this.payloadEnd - this.#from);
	}

	payload(): Buffer {
		return this.#window.subarray(this.payloadAt - this.#from, this.payloadEnd - this.#from);
	}

	byteAt(offset: number): number {
		return this.#window[offset - this.#from] ?? 0;
	}

	/** Whether the payload lies in the window. */
	isHeld(): boolean {
		return this.payloadEnd <= this.#from + this.#window.length;
	}

	/** The payload piece by piece, for one that is not held. */
	async *pieces(): AsyncGenerator<Uint8Array> {
		for (let from = this.payloadAt; from < this.payloadEnd; from += WINDOW_BYTES) {
			this.#signal?.throwIfAborted();
			const wanted = Math.min(WINDOW_BYTES, this.payloadEnd - from);
			const bytes = await this.#source.read(from, wanted);
			yield bytes;
			if (bytes.length < wanted) return this.break(`${OPCODES[this.opcode]!.name} goes on after the end of the file`);
		}
	}

	/** Ends the reading. */
	break(message: string, offset = this.at): undefined {
		this.broken ??= { offset, message };
	}

	/** Ends the reading at an opcode that Python's unpickler would not execute. The message continues the opcode's name. */
	malformed(message: string): undefined {
		this.break(`${OPCODES[this.opcode]!.name} ${message}`);
	}

	/** Ends the reading at a limit of this reader. */
	limit(message: string): undefined {
		this.broken ??= { offset: this.at, message, limit: true };
	}

	async fill(): Promise<undefined> {
		this.#signal?.throwIfAborted();
		const length = Math.min(this.size - this.end, Math.max(this.#windowBytes, this.#wanted));
		this.#windowBytes = Math.min(WINDOW_BYTES, this.#windowBytes * 4);
		const bytes = await this.#source.read(this.end, Math.max(0, length));
		this.#window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as Window;
		this.#from = this.end;
		this.#wanted = 0;
		if (bytes.length < length) this.size = this.end + bytes.length;
	}

	/** The end of the opcode, or -1. Index is that of the argument in the window. */
	#argument(argument: number, index: number): number {
		const window = this.#window;
		const after = this.at + 1;
		if (argument < Argument.line) {
			const bytes = argument === Argument.u1 ? 1 : argument === Argument.u2 ? 2 : argument <= Argument.u4 ? 4 : 8;
			if (after + bytes > this.size) return after + bytes;
			if (argument === Argument.u1) this.number = window[index]!;
			else if (argument === Argument.u2) this.number = window.readUInt16LE(index);
			else if (argument === Argument.i4) this.number = window.readInt32LE(index);
			else if (argument === Argument.u4) this.number = window.readUInt32LE(index);
			else if (argument === Argument.u8) return this.#frame(index);
			return after + bytes;
		}
		if (argument === Argument.line || argument === Argument.twoLines) return this.#lines(argument === Argument.twoLines);
		const bytes = argument === Argument.counted1 ? 1 : argument === Argument.counted8 ? 8 : 4;
		if (after + bytes > this.size) return after + bytes;
		let length: number;
		if (argument === Argument.counted1) length = window[index]!;
		else if (argument === Argument.countedU4) length = window.readUInt32LE(index);
		else if (argument === Argument.countedI4) length = window.readInt32LE(index);
		else length = window.readUInt32LE(index) + window.readUInt32LE(index + 4) * 2 ** 32;
		const name = OPCODES[this.opcode]!.name;
		if (length < 0) return this.#break(`${name} has a length of ${length} bytes`);
		this.payloadAt = after + bytes;
		if (length > this.size - this.payloadAt) {
			return this.#break(
				`${name} says ${length.toLocaleString("en")} bytes, ${(this.size - this.payloadAt).toLocaleString("en")} are left`,
			);
		}
		this.number = length;
		this.payloadEnd = this.payloadAt + length;
		if (length <= HELD_BYTES && !this.isHeld()) {
			this.#need(this.at, this.payloadEnd - this.at);
			return -1;
		}
		return this.payloadEnd;
	}

	#frame(index: number): number {
		const length = this.#window.readUInt32LE(index) + this.#window.readUInt32LE(index + 4) * 2 ** 32;
		const end = this.at + 9;
		if (length > this.size - end)
			return this.#break(`FRAME says ${length.toLocaleString("en")} bytes, ${this.size - end} are left`);
		if (this.frameEnd > this.at && this.frameEnd !== end) return this.#break("a frame begins inside a frame");
		this.number = length;
		this.frameEnd = 0;
		return end;
	}

	#lines(two: boolean): number {
		this.payloadAt = this.at + 1;
		const first = this.#newline(this.payloadAt);
		if (first < 0) return -1;
		this.middle = first;
		this.payloadEnd = two ? this.#newline(first + 1) : first;
		return this.payloadEnd < 0 ? -1 : this.payloadEnd + 1;
	}

	#newline(from: number): number {
		const window = this.#window;
		const start = from - this.#from;
		const near = Math.min(window.length, start + SHORT_LINE_BYTES);
		for (let index = start; index < near; index++) if (window[index] === NEWLINE) return index + this.#from;
		const found = near < window.length ? window.indexOf(NEWLINE, near) : -1;
		if (found >= 0) return found + this.#from;
		const seen = this.#from + this.#window.length - this.at;
		const name = OPCODES[this.opcode]!.name;
		if (this.#from + this.#window.length >= this.size) return this.#break(`the line of ${name} has no end`);
		if (seen > MAX_LINE_BYTES) {
			this.broken = { offset: this.at, message: `the line of ${name} is longer than 8 MB`, limit: true };
			return -1;
		}
		// Doubled each time, so that a long line is searched twice at most.
		this.#need(this.at, seen * 2);
		return -1;
	}

	#need(at: number, bytes: number): false {
		this.end = at;
		this.#wanted = bytes;
		return false;
	}

	#stop(offset: number, message: string): false {
		this.broken = { offset, message };
		return false;
	}

	#break(message: string): number {
		this.#stop(this.at, message);
		return -1;
	}
}
