import { setImmediate as nextTurn } from "node:timers/promises";
import { bytesSource, type ReadAt, sliceSource } from "../../files/read-at.ts";
import { mayActAsPickle } from "./hidden-pickle.ts";
import { arrayBehind } from "./joblib-array.ts";
import { byteText, escapedLine, floatLine, integerLine, longBytes, quotedLine, unicodeText } from "./literals.ts";
import { OpcodeReader } from "./opcode-reader.ts";
import { PickleFindings } from "./pickle-findings.ts";
import { PickleMemo } from "./pickle-memo.ts";
import { PickleObjects } from "./pickle-objects.ts";
import { isHostile, type PickleRun } from "./pickle-run.ts";
import { PickleStack } from "./pickle-stack.ts";
import {
	type DictValue,
	EMPTY_TUPLE,
	FROZENSET,
	type GlobalValue,
	kindOf,
	LIST,
	NONE,
	PERSISTENT,
	PLAIN,
	SET,
	TEXT,
	type TupleValue,
	tupleOf,
	UNKNOWN,
	type Value,
} from "./pickle-value.ts";
import { PythonUtf8 } from "./python-text.ts";
import { shownGlobals, shownKind } from "./shown-value.ts";
import { writtenPickle } from "./written-pickle.ts";

const MAX_OPCODES = 50_000_000;
const MAX_NESTING = 4;
/** What looking into a literal takes, in opcodes. */
const NESTED_COST = 500;
/** Opcodes between two looks at the clock. */
const STEPS = 8192;
/** The most that runs between two looks at the event loop. */
const TURN_MS = 20;

export interface MachineOptions {
	readonly signal?: AbortSignal | undefined;
	/** Takes the persistent ids of torch; without it they are refused, as an unpickler without `persistent_load` does. */
	readonly persistentId?: (id: Value, offset: number) => undefined;
	/** How deep in pickles inside literals. */
	readonly nesting?: number;
	/** A reading that goes on where another unpickler would stop: what lies below on its stack, and all of its memo, is unknown. */
	readonly continues?: true;
	/** Shared by runs over one file. */
	readonly budget?: { opcodes: number };
}

/** Reads a pickle without executing it: stack, marks and memo as Python's unpickler has them, over values of which only the kind is known. */
export async function runPickle(source: ReadAt, from: number, options: MachineOptions = {}): Promise<PickleRun> {
	const machine = new PickleMachine(source, from, options);
	return machine.run();
}

/** One opcode after the other: what each takes from the stack, and what it gives. */
class PickleMachine {
	readonly #source: ReadAt;
	readonly #options: MachineOptions;
	readonly #reader: OpcodeReader;
	readonly #memo = new PickleMemo();
	readonly #stack: PickleStack;
	readonly #findings: PickleFindings;
	readonly #objects: PickleObjects;
	readonly #budget: { opcodes: number };
	#opcodes = 0;
	#hasHeader = false;
	#end: number | undefined;
	/** What the next step needs the source for: a pickle inside a literal, or an array behind its wrapper. */
	#pending: (() => Promise<undefined>) | undefined;

	constructor(source: ReadAt, from: number, options: MachineOptions) {
		this.#source = source;
		this.#options = options;
		this.#reader = new OpcodeReader(source, from, options.signal);
		this.#stack = new PickleStack(this.#reader, this.#memo, options.continues === true);
		this.#findings = new PickleFindings(this.#reader);
		this.#objects = new PickleObjects(this.#reader, this.#findings);
		this.#budget = options.budget ?? { opcodes: MAX_OPCODES };
	}

	async run(): Promise<PickleRun> {
		const reader = this.#reader;
		let turn = performance.now();
		while (this.#end === undefined && reader.broken === undefined) {
			if (this.#steps()) {
				const pending = this.#pending;
				this.#pending = undefined;
				await (pending === undefined ? reader.fill() : pending());
			}
			if (performance.now() - turn > TURN_MS) {
				await nextTurn();
				turn = performance.now();
			}
		}
		return this.#findings.result({ end: this.#end, opcodes: this.#opcodes, hasHeader: this.#hasHeader });
	}

	/** Goes on through the window. True: something must be waited for. */
	#steps(): boolean {
		const reader = this.#reader;
		if (!this.#spend(STEPS)) return false;
		for (let steps = 0; steps < STEPS; steps++) {
			if (!reader.next()) {
				this.#budget.opcodes += STEPS - steps;
				return reader.broken === undefined;
			}
			this.#opcodes++;
			this.#execute(reader.opcode);
			if (reader.broken === undefined && this.#end === undefined && this.#pending === undefined) continue;
			this.#budget.opcodes += STEPS - steps - 1;
			return this.#pending !== undefined && reader.broken === undefined;
		}
		return false;
	}

	#spend(opcodes: number): boolean {
		this.#budget.opcodes -= opcodes;
		if (this.#budget.opcodes < -STEPS) this.#reader.limit(`more than ${MAX_OPCODES.toLocaleString("en")} opcodes`);
		return this.#reader.broken === undefined;
	}

	#execute(opcode: number): undefined {
		const reader = this.#reader;
		const stack = this.#stack;
		const objects = this.#objects;
		switch (opcode) {
			case 40: // MARK
				return stack.mark();
			case 41: // EMPTY_TUPLE
				return stack.push(EMPTY_TUPLE);
			case 46: // STOP
				return this.#stop();
			case 48: // POP
				return stack.drop();
			case 49: // POP_MARK
				stack.popMark();
				return;
			case 50: {
				// DUP
				const top = stack.pop();
				stack.push(top);
				return stack.push(top);
			}
			case 66: // BINBYTES
			case 67: // SHORT_BINBYTES
			case 142: // BINBYTES8
			case 150: // BYTEARRAY8
				this.#lookInside();
				return stack.push(PLAIN);
			case 84: // BINSTRING
			case 85: // SHORT_BINSTRING
				this.#lookInside();
				return stack.push(byteText(reader));
			case 88: // BINUNICODE
			case 140: // SHORT_BINUNICODE
			case 141: // BINUNICODE8
				if (!reader.isHeld()) return this.#longText();
				this.#lookInside();
				return stack.push(unicodeText(reader));
			case 70: // FLOAT
				return stack.push(floatLine(reader));
			case 71: // BINFLOAT
			case 136: // NEWTRUE
			case 137: // NEWFALSE
				return stack.push(PLAIN);
			case 73: // INT
			case 76: // LONG
				return stack.push(integerLine(reader, opcode === 76));
			case 74: // BININT
			case 75: // BININT1
			case 77: // BININT2
				return stack.push(reader.number);
			case 138: // LONG1
			case 139: // LONG4
				return stack.push(longBytes(reader));
			case 78: // NONE
				return stack.push(NONE);
			case 80: // PERSID
				return reader.malformed("is a persistent id, which no loader of models gives");
			case 81: // BINPERSID
				return this.#persistent();
			case 82: {
				// REDUCE
				const args = stack.pop();
				if (!this.#expect(args, "tuple", "its arguments")) return;
				return stack.push(objects.call(stack.pop(), args as TupleValue));
			}
			case 83: // STRING
				this.#lookInside();
				return stack.push(quotedLine(reader));
			case 86: // UNICODE
				this.#lookInside();
				return stack.push(escapedLine(reader));
			case 93: // EMPTY_LIST
				return stack.push(LIST);
			case 97: // APPEND
				stack.pop();
				return objects.fill(stack.peek(), "list");
			case 101: // APPENDS
				stack.popMark();
				return objects.fill(stack.peek(), "list");
			case 144: // ADDITEMS
				stack.popMark();
				return objects.fill(stack.peek(), "set");
			case 98: // BUILD
				return this.#build();
			case 99: // GLOBAL
				return stack.push(this.#lineGlobal());
			case 100: {
				// DICT
				const items = stack.popMark();
				const dict: DictValue = { kind: "dict", entries: undefined };
				objects.setItems(dict, items);
				return stack.push(dict);
			}
			case 103: // GET
			case 104: // BINGET
			case 106: // LONG_BINGET
				return this.#get(opcode === 103);
			case 105: {
				// INST
				const callee = this.#lineGlobal();
				const items = stack.popMark();
				if (reader.broken !== undefined) return;
				return stack.push(objects.call(callee, { kind: "tuple", items, flat: false }));
			}
			case 108: // LIST
				stack.popMark();
				return stack.push(LIST);
			case 111: {
				// OBJ
				const items = stack.popMark();
				if (items.length === 0) return reader.malformed("has no class behind its mark");
				return stack.push(objects.call(items[0]!, { kind: "tuple", items: items.slice(1), flat: false }));
			}
			case 112: // PUT
			case 113: // BINPUT
			case 114: // LONG_BINPUT
				return this.#put(opcode === 112 ? this.#memoKey() : reader.number);
			case 148: // MEMOIZE
				return this.#put(this.#memo.count);
			case 115: {
				// SETITEM
				const value = stack.pop();
				const key = stack.pop();
				return objects.setItems(stack.peek(), [key, value]);
			}
			case 117: {
				// SETITEMS
				const items = stack.popMark();
				return objects.setItems(stack.peek(), items);
			}
			case 116: // TUPLE
				return stack.push(tupleOf(stack.popMark()));
			case 125: // EMPTY_DICT
				return stack.push({ kind: "dict", entries: undefined });
			case 128: // PROTO
				if (reader.number > 5) return reader.malformed(`says protocol ${reader.number}, the highest is 5`);
				if (this.#opcodes === 1) this.#hasHeader = true;
				return;
			case 129: {
				// NEWOBJ
				const args = stack.pop();
				if (!this.#expect(args, "tuple", "its arguments")) return;
				return stack.push(objects.call(stack.pop(), args as TupleValue, true));
			}
			case 146: {
				// NEWOBJ_EX
				const named = stack.pop();
				const args = stack.pop();
				if (!this.#expect(named, "dict", "its named arguments") || !this.#expect(args, "tuple", "its arguments")) return;
				return stack.push(objects.call(stack.pop(), args as TupleValue, true));
			}
			case 130: // EXT1
			case 131: // EXT2
			case 132: // EXT4
				this.#findings.report(
					"pickle.extension",
					`takes number ${reader.number} of the extension registry, which names nothing that can be looked up here`,
				);
				return stack.push(UNKNOWN);
			case 133: // TUPLE1
				return stack.push(tupleOf([stack.pop()]));
			case 134: {
				// TUPLE2
				const second = stack.pop();
				return stack.push(tupleOf([stack.pop(), second]));
			}
			case 135: {
				// TUPLE3
				const third = stack.pop();
				const second = stack.pop();
				return stack.push(tupleOf([stack.pop(), second, third]));
			}
			case 143: // EMPTY_SET
				return stack.push(SET);
			case 145: // FROZENSET
				stack.popMark();
				return stack.push(FROZENSET);
			case 147: // STACK_GLOBAL
				return this.#stackGlobal();
			case 149: // FRAME
				return;
			default:
				// NEXT_BUFFER and READONLY_BUFFER
				return reader.malformed("takes a buffer from outside the file");
		}
	}

	#stop(): undefined {
		if (this.#options.continues !== true && (this.#stack.count !== 1 || this.#stack.isMarked)) {
			return this.#reader.malformed(`finds ${this.#stack.count} values on the stack instead of one`);
		}
		if (this.#reader.frameEnd > this.#reader.end) return this.#reader.malformed("stands before the end of its frame");
		this.#end = this.#reader.end;
	}

	#get(asLine: boolean): undefined {
		const key = asLine ? this.#memoKey() : this.#reader.number;
		if (this.#options.continues === true) return this.#stack.push(UNKNOWN);
		const value = this.#memo.get(key);
		if (value === undefined) return this.#reader.malformed(`fetches memo entry ${key}, which is not set`);
		this.#stack.push(value);
	}

	#put(key: number): undefined {
		const failed = this.#options.continues === true ? undefined : this.#memo.put(key, this.#stack.peek());
		// Python lets a later entry replace an earlier one, its disassembler does not: no pickler writes that, only who hides something.
		if (failed === "taken") this.#reader.malformed(`sets memo entry ${key} a second time`);
		if (failed === "limit") this.#reader.limit(`memo entry ${key}`);
	}

	#memoKey(): number {
		const key = this.#reader.digits();
		if (key < 0) this.#reader.malformed("has no plain number of up to nine digits");
		return Math.max(0, key);
	}

	/** A text that is not held: it is checked piece by piece. */
	#longText(): undefined {
		const reader = this.#reader;
		const { payloadAt, payloadEnd } = reader;
		this.#pending = async () => {
			const utf8 = new PythonUtf8();
			for await (const piece of reader.pieces()) utf8.feed(piece);
			if (!utf8.ok) return reader.malformed("is no UTF-8");
			await this.#nested(payloadAt, payloadEnd);
		};
		this.#stack.push(TEXT);
	}

	#lineGlobal(): GlobalValue | typeof UNKNOWN {
		const { payloadAt, middle, payloadEnd } = this.#reader;
		const module = this.#reader.latin1(payloadAt, middle);
		const name = this.#reader.latin1(middle + 1, payloadEnd);
		if (/^[\x20-\x5b\x5d-\x7e]{1,1000}$/.test(module) && /^[\x20-\x5b\x5d-\x7e]{1,1000}$/.test(name))
			return this.#findings.global(module, name);
		this.#reader.malformed("names no module and no name of printable ASCII");
		return UNKNOWN;
	}

	#stackGlobal(): undefined {
		const name = this.#stack.pop();
		const module = this.#stack.pop();
		if (typeof module === "string" && typeof name === "string") return this.#stack.push(this.#findings.global(module, name));
		if (this.#reader.broken === undefined) {
			this.#findings.report("pickle.computed-callable", "imports something whose name is not written beside it");
		}
		this.#stack.push(UNKNOWN);
	}

	#build(): undefined {
		const state = this.#stack.pop();
		if (!this.#objects.setState(this.#stack.peek(), state)) return;
		this.#stack.replaceTop(PLAIN);
		this.#pending = () => this.#array(state);
	}

	/** joblib reads an array here, from behind the opcode. */
	async #array(state: Value): Promise<undefined> {
		const reader = this.#reader;
		this.#findings.arrays++;
		if (reader.frameEnd > reader.end) return reader.break("an array of joblib begins inside a frame");
		const from = reader.end;
		const padding = (await this.#source.read(from, 1))[0] ?? 0;
		if (this.#objects.hasAlias) return reader.break("an array of joblib stands behind a dict that is filled by way of the memo");
		const array = arrayBehind(state, padding, reader.size - from);
		if ("problem" in array) return reader.break(`an array of joblib ${array.problem}`);
		// An unpickler that does not know joblib reads the array as opcodes. Padding stops it; else both readings are looked at.
		if (array.padding === 0) await this.#asOpcodes(from);
		if (array.isPickle) {
			const run = await runPickle(this.#source, from, this.#inner({}));
			this.#findings.adopt(run);
			if (run.broken !== undefined) reader.broken = run.broken;
			else reader.end = run.end!;
			return;
		}
		reader.end = from + array.padding + array.bytes;
	}

	async #asOpcodes(from: number): Promise<undefined> {
		const run = await runPickle(this.#source, from, this.#inner({ continues: true }));
		if (isHostile(run)) this.#findings.adopt(run);
	}

	#inner(more: MachineOptions): MachineOptions {
		return { signal: this.#options.signal, budget: this.#budget, nesting: this.#options.nesting ?? 0, ...more };
	}

	#persistent(): undefined {
		const id = this.#stack.pop();
		if (this.#options.persistentId === undefined)
			return this.#reader.malformed("is a persistent id, which only torch files have");
		this.#options.persistentId(id, this.#reader.at);
		this.#stack.push(PERSISTENT);
	}

	#expect(value: Value, kind: string, what: string): boolean {
		const found = kindOf(value);
		if (found === kind || value === UNKNOWN) return true;
		this.#reader.malformed(`finds ${shownKind(value)} where ${what} should be`);
		return false;
	}

	/** A literal that may itself be a pickle is read as one. Cheap for the others: their first bytes cannot import anything. */
	#lookInside(): undefined {
		const reader = this.#reader;
		const { payloadAt, payloadEnd } = reader;
		if (payloadEnd - payloadAt < 4 || this.#findings.isFull) return;
		if (reader.isHeld() && !mayActAsPickle(reader.payload())) {
			const written = writtenPickle(reader.payload());
			if (written === undefined || !mayActAsPickle(written)) return;
			this.#pending = () => this.#nestedIn(bytesSource(written), ", in base64 or hex");
			return;
		}
		this.#pending = () => this.#nested(payloadAt, payloadEnd);
	}

	#nested(from: number, end: number): Promise<undefined> {
		return this.#nestedIn(sliceSource(this.#source, from, end - from), "");
	}

	async #nestedIn(inside: ReadAt, how: string): Promise<undefined> {
		const nesting = this.#options.nesting ?? 0;
		const { at } = this.#reader;
		if (!this.#spend(NESTED_COST)) return;
		const run = await runPickle(inside, 0, this.#inner({ nesting: nesting + 1 }));
		if (!isHostile(run)) return;
		const names = shownGlobals(run.globals.filter(({ use }) => use === undefined));
		this.#findings.report(
			"pickle.nested",
			`holds a pickle inside a literal${how}, which calls ${names || "what is not allowed"}`,
			at,
		);
		if (nesting + 1 >= MAX_NESTING) this.#reader.limit(`pickles inside pickles, ${MAX_NESTING} deep`);
	}
}
