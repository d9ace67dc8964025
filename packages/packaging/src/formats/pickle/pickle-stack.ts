import type { OpcodeReader } from "./opcode-reader.ts";
import type { PickleMemo } from "./pickle-memo.ts";
import { UNKNOWN, type Value } from "./pickle-value.ts";

const MAX_STACK = 4_000_000;
const MAX_MARKS = 1_000_000;
const DEEP_STACK = 65_536;

/** Values and marks of an unpickler, bounded. What they lack breaks the reading, unless it goes on where another unpickler would stop. */
export class PickleStack {
	readonly #reader: OpcodeReader;
	readonly #memo: PickleMemo;
	readonly #continues: boolean;
	readonly #values: Value[] = [];
	readonly #marks: number[] = [];
	/** The last mark: what lies below is out of reach. */
	#floor = 0;

	constructor(reader: OpcodeReader, memo: PickleMemo, continues: boolean) {
		this.#reader = reader;
		this.#memo = memo;
		this.#continues = continues;
	}

	get count(): number {
		return this.#values.length;
	}

	get isMarked(): boolean {
		return this.#marks.length > 0;
	}

	push(value: Value): undefined {
		// A tuple of so many values is data: what they contain is not asked for.
		if (this.#values.length > DEEP_STACK) value = this.#memo.forget(value);
		if (this.#values.push(value) > MAX_STACK)
			this.#reader.limit(`more than ${MAX_STACK.toLocaleString("en")} values on the stack`);
	}

	pop(): Value {
		if (this.#values.length > this.#floor) return this.#values.pop()!;
		return this.#underflow();
	}

	peek(): Value {
		if (this.#values.length > this.#floor) return this.#values[this.#values.length - 1]!;
		return this.#underflow();
	}

	replaceTop(value: Value): void {
		this.#values[this.#values.length - 1] = value;
	}

	mark(): undefined {
		this.#floor = this.#values.length;
		if (this.#marks.push(this.#floor) > MAX_MARKS) this.#reader.limit("too many open marks");
	}

	/** Takes the last mark and what lies above it. */
	popMark(): Value[] {
		const mark = this.#marks.pop();
		if (mark !== undefined) {
			this.#floor = this.#marks.length === 0 ? 0 : this.#marks[this.#marks.length - 1]!;
			return this.#values.splice(mark);
		}
		if (!this.#continues) this.#reader.malformed("finds no mark on the stack");
		return this.#values.splice(0);
	}

	/** The opcode POP takes a mark, too. */
	drop(): undefined {
		if (this.#marks.length > 0 && this.#floor === this.#values.length) this.popMark();
		else this.pop();
	}

	#underflow(): Value {
		if (!this.#continues || this.#marks.length > 0) this.#reader.malformed("finds too few values on the stack");
		return UNKNOWN;
	}
}
