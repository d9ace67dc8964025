import { isUtf8 } from "node:buffer";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type ReadAt, sliceSource } from "../../files/read-at.ts";
import { useOf } from "./allow-list.ts";
import { allowedCall } from "./allowed-call.ts";
import { mayActAsPickle } from "./hidden-pickle.ts";
import { ARRAY_WRAPPER, arrayBehind } from "./joblib-array.ts";
import { OpcodeReader } from "./opcode-reader.ts";
import { OPCODES } from "./opcodes.ts";
import { PickleMemo } from "./pickle-memo.ts";
import { isHostile, type PickleProblem, type PickleRun } from "./pickle-run.ts";
import {
	DICT,
	type DictValue,
	type DtypeValue,
	EMPTY_TUPLE,
	FROZENSET,
	type GlobalValue,
	type InstanceValue,
	kindOf,
	LIST,
	NONE,
	PERSISTENT,
	PLAIN,
	SET,
	shallow,
	shortText,
	TEXT,
	TEXT_CHARACTERS,
	TUPLE,
	type TupleValue,
	tupleOf,
	UNKNOWN,
	type Value,
} from "./pickle-value.ts";
import { isAscii, PythonUtf8, unescapeUnicode, unquoteString } from "./python-text.ts";
import { shownGlobals, shownKind, shownName } from "./shown-value.ts";

const MAX_OPCODES = 50_000_000;
const MAX_STACK = 4_000_000;
const MAX_MARKS = 1_000_000;
const DEEP_STACK = 65_536;
const MAX_GLOBALS = 10_000;
const MAX_DTYPES = 200_000;
const MAX_PROBLEMS = 100;
const MAX_NESTING = 4;
/** What looking into a literal takes, in opcodes. */
const NESTED_COST = 500;
const KEPT_ENTRIES = 32;
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

class PickleMachine {
	readonly #source: ReadAt;
	readonly #options: MachineOptions;
	readonly #reader: OpcodeReader;
	readonly #memo = new PickleMemo();
	readonly #stack: Value[] = [];
	readonly #marks: number[] = [];
	/** The last mark: what lies below is out of reach. */
	#floor = 0;
	readonly #globals = new Map<string, GlobalValue>();
	readonly #instances = new Map<GlobalValue, InstanceValue>();
	readonly #problems: PickleProblem[] = [];
	readonly #sklearnVersions = new Set<string>();
	readonly #budget: { opcodes: number };
	#opcodes = 0;
	#calls = 0;
	#dtypes = 0;
	#arrays = 0;
	#hasHeader = false;
	/** A dict was filled by way of the memo: what is kept of dicts may be out of date. */
	#alias = false;
	#end: number | undefined;
	/** What the next step needs the source for: a pickle inside a literal, or an array behind its wrapper. */
	#pending: (() => Promise<undefined>) | undefined;

	constructor(source: ReadAt, from: number, options: MachineOptions) {
		this.#source = source;
		this.#options = options;
		this.#reader = new OpcodeReader(source, from, options.signal);
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
		return this.#result();
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
		if (this.#budget.opcodes < -STEPS) this.#limit(`more than ${MAX_OPCODES.toLocaleString("en")} opcodes`);
		return this.#reader.broken === undefined;
	}

	#result(): PickleRun {
		const { broken } = this.#reader;
		const globals = [...this.#globals.values()];
		const problems: PickleProblem[] = globals
			.filter(({ use }) => use === undefined)
			.map((global) => {
				const offset = global.calledAt ?? global.at;
				const verb = global.calledAt === undefined ? "names" : "calls";
				return problem("pickle.global", offset, `${verb} ${shownName(global)}, which is not on the allow-list`);
			});
		problems.push(...this.#problems);
		if (broken !== undefined) {
			const so = globals.length === 0 ? "" : `; what stands before it is executed all the same: ${shownGlobals(globals)}`;
			problems.push(
				problem(
					broken.limit === true ? "pickle.limit" : "pickle.malformed",
					broken.offset,
					`is no whole pickle: ${broken.message}${so}`,
				),
			);
		}
		return {
			end: broken === undefined ? this.#end : undefined,
			broken,
			globals,
			problems: problems.slice(0, MAX_PROBLEMS),
			opcodes: this.#opcodes,
			calls: this.#calls,
			hasHeader: this.#hasHeader,
			sklearnVersions: this.#sklearnVersions,
			arrays: this.#arrays,
		};
	}

	#execute(opcode: number): undefined {
		const reader = this.#reader;
		switch (opcode) {
			case 40: // MARK
				this.#floor = this.#stack.length;
				if (this.#marks.push(this.#floor) > MAX_MARKS) this.#limit("too many open marks");
				return;
			case 41: // EMPTY_TUPLE
				return this.#push(EMPTY_TUPLE);
			case 46: // STOP
				return this.#stop();
			case 48: // POP
				if (this.#marks.length > 0 && this.#floor === this.#stack.length) this.#popMark();
				else this.#pop();
				return;
			case 49: // POP_MARK
				this.#popMark();
				return;
			case 50: {
				// DUP
				const top = this.#pop();
				this.#push(top);
				return this.#push(top);
			}
			case 66: // BINBYTES
			case 67: // SHORT_BINBYTES
			case 142: // BINBYTES8
			case 150: // BYTEARRAY8
				this.#lookInside();
				return this.#push(PLAIN);
			case 84: // BINSTRING
			case 85: // SHORT_BINSTRING
				return this.#byteText();
			case 88: // BINUNICODE
			case 140: // SHORT_BINUNICODE
			case 141: // BINUNICODE8
				return this.#unicodeText();
			case 70: // FLOAT
				if (!/^[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)$/i.test(reader.latin1()))
					return this.#malformed("is no number");
				return this.#push(PLAIN);
			case 71: // BINFLOAT
			case 136: // NEWTRUE
			case 137: // NEWFALSE
				return this.#push(PLAIN);
			case 73: // INT
			case 76: // LONG
				return this.#decimal(opcode === 76);
			case 74: // BININT
			case 75: // BININT1
			case 77: // BININT2
				return this.#push(reader.number);
			case 138: // LONG1
			case 139: // LONG4
				return this.#push(reader.number <= 4 ? this.#shortLong() : PLAIN);
			case 78: // NONE
				return this.#push(NONE);
			case 80: // PERSID
				return this.#malformed("is a persistent id, which no loader of models gives");
			case 81: // BINPERSID
				return this.#persistent();
			case 82: {
				// REDUCE
				const args = this.#pop();
				if (!this.#expect(args, "tuple", "its arguments")) return;
				return this.#push(this.#call(this.#pop(), args as TupleValue, "REDUCE"));
			}
			case 83: {
				// STRING
				const text = unquoteString(reader.latin1());
				if (text === undefined) return this.#malformed("is no quoted text");
				this.#lookInside();
				return this.#push(shortText(text));
			}
			case 86: {
				// UNICODE
				const text = unescapeUnicode(reader.latin1());
				if (text === undefined) return this.#malformed("has a broken escape");
				this.#lookInside();
				return this.#push(shortText(text));
			}
			case 93: // EMPTY_LIST
				return this.#push(LIST);
			case 97: // APPEND
				this.#pop();
				return this.#fill(this.#peek(), "list");
			case 101: // APPENDS
				this.#popMark();
				return this.#fill(this.#peek(), "list");
			case 144: // ADDITEMS
				this.#popMark();
				return this.#fill(this.#peek(), "set");
			case 98: // BUILD
				return this.#build();
			case 99: // GLOBAL
				return this.#push(this.#lineGlobal());
			case 100: {
				// DICT
				const items = this.#popMark();
				const dict: DictValue = { kind: "dict", entries: undefined };
				this.#setItems(dict, items);
				return this.#push(dict);
			}
			case 103: // GET
			case 104: // BINGET
			case 106: // LONG_BINGET
				return this.#get(opcode === 103);
			case 105: {
				// INST
				const callee = this.#lineGlobal();
				const items = this.#popMark();
				if (reader.broken !== undefined) return;
				return this.#push(this.#call(callee, { kind: "tuple", items, flat: false }, "INST"));
			}
			case 108: // LIST
				this.#popMark();
				return this.#push(LIST);
			case 111: {
				// OBJ
				const items = this.#popMark();
				if (items.length === 0) return this.#malformed("has no class behind its mark");
				return this.#push(this.#call(items[0]!, { kind: "tuple", items: items.slice(1), flat: false }, "OBJ"));
			}
			case 112: // PUT
			case 113: // BINPUT
			case 114: // LONG_BINPUT
				return this.#put(opcode === 112 ? this.#memoKey() : reader.number);
			case 148: // MEMOIZE
				return this.#put(this.#memo.count);
			case 115: {
				// SETITEM
				const value = this.#pop();
				const key = this.#pop();
				return this.#setItems(this.#peek(), [key, value]);
			}
			case 117: {
				// SETITEMS
				const items = this.#popMark();
				return this.#setItems(this.#peek(), items);
			}
			case 116: // TUPLE
				return this.#push(tupleOf(this.#popMark()));
			case 125: // EMPTY_DICT
				return this.#push({ kind: "dict", entries: undefined });
			case 128: // PROTO
				if (reader.number > 5) return this.#malformed(`says protocol ${reader.number}, the highest is 5`);
				if (this.#opcodes === 1) this.#hasHeader = true;
				return;
			case 129: {
				// NEWOBJ
				const args = this.#pop();
				if (!this.#expect(args, "tuple", "its arguments")) return;
				return this.#push(this.#call(this.#pop(), args as TupleValue, "NEWOBJ"));
			}
			case 146: {
				// NEWOBJ_EX
				const named = this.#pop();
				const args = this.#pop();
				if (!this.#expect(named, "dict", "its named arguments") || !this.#expect(args, "tuple", "its arguments")) return;
				return this.#push(this.#call(this.#pop(), args as TupleValue, "NEWOBJ_EX"));
			}
			case 130: // EXT1
			case 131: // EXT2
			case 132: // EXT4
				this.#report(
					"pickle.extension",
					`takes number ${reader.number} of the extension registry, which names nothing that can be looked up here`,
				);
				return this.#push(UNKNOWN);
			case 133: // TUPLE1
				return this.#push(tupleOf([this.#pop()]));
			case 134: {
				// TUPLE2
				const second = this.#pop();
				return this.#push(tupleOf([this.#pop(), second]));
			}
			case 135: {
				// TUPLE3
				const third = this.#pop();
				const second = this.#pop();
				return this.#push(tupleOf([this.#pop(), second, third]));
			}
			case 143: // EMPTY_SET
				return this.#push(SET);
			case 145: // FROZENSET
				this.#popMark();
				return this.#push(FROZENSET);
			case 147: // STACK_GLOBAL
				return this.#stackGlobal();
			case 149: // FRAME
				return;
			default:
				// NEXT_BUFFER and READONLY_BUFFER
				return this.#malformed("takes a buffer from outside the file");
		}
	}

	#push(value: Value): undefined {
		// A tuple of so many values is data: what they contain is not asked for.
		if (this.#stack.length > DEEP_STACK) value = this.#memo.forget(value);
		if (this.#stack.push(value) > MAX_STACK) this.#limit(`more than ${MAX_STACK.toLocaleString("en")} values on the stack`);
	}

	#pop(): Value {
		if (this.#stack.length > this.#floor) return this.#stack.pop()!;
		return this.#underflow();
	}

	#peek(): Value {
		if (this.#stack.length > this.#floor) return this.#stack[this.#stack.length - 1]!;
		return this.#underflow();
	}

	#underflow(): Value {
		if (this.#options.continues !== true || this.#marks.length > 0) this.#malformed("finds too few values on the stack");
		return UNKNOWN;
	}

	#popMark(): Value[] {
		const mark = this.#marks.pop();
		if (mark !== undefined) {
			this.#floor = this.#marks.length === 0 ? 0 : this.#marks[this.#marks.length - 1]!;
			return this.#stack.splice(mark);
		}
		if (this.#options.continues !== true) this.#malformed("finds no mark on the stack");
		return this.#stack.splice(0);
	}

	#stop(): undefined {
		if (this.#options.continues !== true && (this.#stack.length !== 1 || this.#marks.length > 0)) {
			return this.#malformed(`finds ${this.#stack.length} values on the stack instead of one`);
		}
		if (this.#reader.frameEnd > this.#reader.end) return this.#malformed("stands before the end of its frame");
		this.#end = this.#reader.end;
	}

	#get(asLine: boolean): undefined {
		const key = asLine ? this.#memoKey() : this.#reader.number;
		if (this.#options.continues === true) return this.#push(UNKNOWN);
		const value = this.#memo.get(key);
		if (value === undefined) return this.#malformed(`fetches memo entry ${key}, which is not set`);
		this.#push(value);
	}

	#put(key: number): undefined {
		const failed = this.#options.continues === true ? undefined : this.#memo.put(key, this.#peek());
		// Python lets a later entry replace an earlier one, its disassembler does not: no pickler writes that, only who hides something.
		if (failed === "taken") this.#malformed(`sets memo entry ${key} a second time`);
		if (failed === "limit") this.#limit(`memo entry ${key}`);
	}

	#memoKey(): number {
		const key = this.#reader.digits();
		if (key < 0) this.#malformed("has no plain number of up to nine digits");
		return Math.max(0, key);
	}

	#decimal(long: boolean): undefined {
		const short = long ? -1 : this.#reader.digits();
		if (short >= 0) return this.#push(short);
		const line = this.#reader.latin1();
		if (!long && (line === "00" || line === "01")) return this.#push(PLAIN);
		if (!(long ? /^[+-]?\d{1,4300}L?$/ : /^[+-]?\d{1,4300}$/).test(line)) return this.#malformed("is no decimal number");
		const value = Number.parseInt(line, 10);
		this.#push(Number.isSafeInteger(value) ? value : PLAIN);
	}

	#shortLong(): number {
		const { payloadAt, number } = this.#reader;
		let value = 0;
		for (let index = number - 1; index >= 0; index--) value = value * 256 + this.#reader.byteAt(payloadAt + index);
		return number > 0 && this.#reader.byteAt(payloadAt + number - 1) >= 128 ? value - 256 ** number : value;
	}

	#byteText(): undefined {
		this.#lookInside();
		const text = this.#reader.number <= TEXT_CHARACTERS ? this.#reader.latin1() : undefined;
		// Python 3 decodes it as ASCII, numpy and joblib as Latin-1: only where both agree is it a name.
		this.#push(text !== undefined && isAscii(text) ? text : TEXT);
	}

	#unicodeText(): undefined {
		const reader = this.#reader;
		if (!reader.isHeld()) {
			this.#push(TEXT);
			const { payloadAt, payloadEnd } = reader;
			this.#pending = async () => {
				const utf8 = new PythonUtf8();
				for await (const piece of reader.pieces()) utf8.feed(piece);
				if (!utf8.ok) return this.#malformed("is no UTF-8");
				await this.#nested(payloadAt, payloadEnd);
			};
			return;
		}
		if (reader.number > TEXT_CHARACTERS) {
			const bytes = reader.payload();
			if (!isUtf8(bytes) && !isPythonUtf8(bytes)) return this.#malformed("is no UTF-8");
			this.#lookInside();
			return this.#push(TEXT);
		}
		const ascii = reader.isAscii();
		if (!ascii && !isUtf8(reader.payload()) && !isPythonUtf8(reader.payload())) return this.#malformed("is no UTF-8");
		this.#lookInside();
		this.#push(ascii ? reader.latin1() : reader.utf8());
	}

	#lineGlobal(): GlobalValue | typeof UNKNOWN {
		const { payloadAt, middle, payloadEnd } = this.#reader;
		const module = this.#reader.latin1(payloadAt, middle);
		const name = this.#reader.latin1(middle + 1, payloadEnd);
		if (/^[\x20-\x5b\x5d-\x7e]{1,1000}$/.test(module) && /^[\x20-\x5b\x5d-\x7e]{1,1000}$/.test(name))
			return this.#global(module, name);
		this.#malformed("names no module and no name of printable ASCII");
		return UNKNOWN;
	}

	#stackGlobal(): undefined {
		const name = this.#pop();
		const module = this.#pop();
		if (typeof module === "string" && typeof name === "string") return this.#push(this.#global(module, name));
		if (this.#reader.broken === undefined) {
			this.#report("pickle.computed-callable", "imports something whose name is not written beside it");
		}
		this.#push(UNKNOWN);
	}

	#global(module: string, name: string): GlobalValue | typeof UNKNOWN {
		const key = `${module}\n${name}`;
		const known = this.#globals.get(key);
		if (known !== undefined) return known;
		if (this.#globals.size >= MAX_GLOBALS) {
			this.#limit(`more than ${MAX_GLOBALS.toLocaleString("en")} different names`);
			return UNKNOWN;
		}
		const global: GlobalValue = { kind: "global", module, name, use: useOf(module, name), at: this.#reader.at };
		this.#globals.set(key, global);
		return global;
	}

	#call(callee: Value, args: TupleValue, opcode: string): Value {
		if (this.#reader.broken !== undefined) return UNKNOWN;
		this.#calls++;
		if (callee === UNKNOWN) return UNKNOWN;
		if (kindOf(callee) !== "global") {
			this.#report("pickle.computed-callable", `calls ${shownKind(callee)}, no class or function that is named`);
			return UNKNOWN;
		}
		const global = callee as GlobalValue;
		global.calledAt ??= this.#reader.at;
		if (global.use === undefined) return UNKNOWN;
		const allowed = allowedCall(global, args, opcode.startsWith("NEWOBJ"));
		if (typeof allowed === "string") {
			this.#report("pickle.global", `calls ${shownName(global)} ${allowed}`);
			return UNKNOWN;
		}
		if (allowed.makes === undefined) return PLAIN;
		return allowed.dtypeCode === undefined ? this.#instance(allowed.makes) : this.#dtype(allowed.makes, allowed.dtypeCode);
	}

	#instance(of: GlobalValue): InstanceValue {
		const known = this.#instances.get(of);
		if (known !== undefined) return known;
		const instance: InstanceValue = { kind: "instance", of };
		this.#instances.set(of, instance);
		return instance;
	}

	#dtype(of: GlobalValue, code: string): InstanceValue {
		if (this.#dtypes++ > MAX_DTYPES) this.#limit("too many numpy types");
		const dtype: DtypeValue = { code };
		return { kind: "instance", of, dtype };
	}

	#build(): undefined {
		const state = this.#pop();
		const target = this.#peek();
		if (this.#reader.broken !== undefined) return;
		this.#calls++;
		if (target === UNKNOWN) return;
		const kind = kindOf(target);
		if (kind !== "instance") {
			this.#report("pickle.state", `sets the state of ${shownKind(target)}; only what an allowed class gave has a state`);
			return;
		}
		const instance = target as InstanceValue;
		if (instance.dtype !== undefined) {
			instance.dtype.state = kindOf(state) === "tuple" ? (state as TupleValue) : TUPLE;
			return;
		}
		if (instance.of.module === ARRAY_WRAPPER.module && instance.of.name === ARRAY_WRAPPER.name) {
			this.#stack[this.#stack.length - 1] = PLAIN;
			this.#pending = () => this.#array(state);
		}
	}

	/** joblib reads an array here, from behind the opcode. */
	async #array(state: Value): Promise<undefined> {
		const reader = this.#reader;
		this.#arrays++;
		if (reader.frameEnd > reader.end) return reader.break("an array of joblib begins inside a frame");
		const from = reader.end;
		const padding = (await this.#source.read(from, 1))[0] ?? 0;
		if (this.#alias) return reader.break("an array of joblib stands behind a dict that is filled by way of the memo");
		const array = arrayBehind(state, padding, reader.size - from);
		if ("problem" in array) return reader.break(`an array of joblib ${array.problem}`);
		// An unpickler that does not know joblib reads the array as opcodes. Padding stops it; else both readings are looked at.
		if (array.padding === 0) await this.#asOpcodes(from);
		if (array.isPickle) {
			const run = await runPickle(this.#source, from, this.#inner({}));
			this.#adopt(run);
			if (run.broken !== undefined) reader.broken = run.broken;
			else reader.end = run.end!;
			return;
		}
		reader.end = from + array.padding + array.bytes;
	}

	async #asOpcodes(from: number): Promise<undefined> {
		const run = await runPickle(this.#source, from, this.#inner({ continues: true }));
		if (isHostile(run)) this.#adopt(run);
	}

	#inner(more: MachineOptions): MachineOptions {
		return { signal: this.#options.signal, budget: this.#budget, nesting: this.#options.nesting ?? 0, ...more };
	}

	/** Takes over what another run over the same source found. */
	#adopt(run: PickleRun): undefined {
		this.#calls += run.calls;
		this.#arrays += run.arrays;
		for (const global of run.globals) {
			const known = this.#globals.get(`${global.module}\n${global.name}`);
			if (known === undefined) this.#globals.set(`${global.module}\n${global.name}`, global);
			else if (global.calledAt !== undefined) known.calledAt ??= global.calledAt;
		}
		for (const version of run.sklearnVersions) this.#sklearnVersions.add(version);
		for (const found of run.problems) {
			if (found.code !== "pickle.global" && found.code !== "pickle.malformed" && this.#problems.length < MAX_PROBLEMS) {
				this.#problems.push(found);
			}
		}
	}

	#persistent(): undefined {
		const id = this.#pop();
		if (this.#options.persistentId === undefined) return this.#malformed("is a persistent id, which only torch files have");
		this.#options.persistentId(id, this.#reader.at);
		this.#push(PERSISTENT);
	}

	#setItems(target: Value, items: readonly Value[]): undefined {
		if (items.length % 2 === 1) return this.#malformed("finds a key without a value");
		const dict = kindOf(target) === "dict" ? (target as DictValue) : undefined;
		// Fetched from the memo, it may be any of the dicts whose entries are kept.
		if (dict === DICT) this.#alias = true;
		for (let index = 0; index < items.length; index += 2) {
			const key = items[index]!;
			const value = items[index + 1]!;
			if (key === "_sklearn_version" && typeof value === "string" && this.#sklearnVersions.size < 10)
				this.#sklearnVersions.add(value);
			if (dict === undefined || dict.entries === null) continue;
			if (typeof key !== "string" || (dict.entries?.size ?? 0) >= KEPT_ENTRIES) dict.entries = null;
			else {
				dict.entries ??= new Map();
				dict.entries.set(key, shallow(value));
			}
		}
		this.#fill(target, "dict");
	}

	#fill(target: Value, what: "list" | "dict" | "set"): undefined {
		if (target === UNKNOWN || kindOf(target) === what) return;
		if (kindOf(target) === "instance" && (target as InstanceValue).of.use?.holds === what) return;
		this.#report("pickle.state", `fills ${shownKind(target)} like a ${what}`);
	}

	#expect(value: Value, kind: string, what: string): boolean {
		const found = kindOf(value);
		if (found === kind || value === UNKNOWN) return true;
		this.#malformed(`finds ${shownKind(value)} where ${what} should be`);
		return false;
	}

	/** A literal that may itself be a pickle is read as one. Cheap for the others: their first bytes cannot import anything. */
	#lookInside(): undefined {
		const reader = this.#reader;
		const { payloadAt, payloadEnd } = reader;
		if (payloadEnd - payloadAt < 4 || this.#problems.length >= MAX_PROBLEMS) return;
		if (reader.isHeld() && !mayActAsPickle(reader.payload())) return;
		this.#pending = () => this.#nested(payloadAt, payloadEnd);
	}

	async #nested(from: number, end: number): Promise<undefined> {
		const nesting = this.#options.nesting ?? 0;
		const { at } = this.#reader;
		if (!this.#spend(NESTED_COST)) return;
		const inside = sliceSource(this.#source, from, end - from);
		const run = await runPickle(inside, 0, this.#inner({ nesting: nesting + 1 }));
		if (!isHostile(run)) return;
		const names = shownGlobals(run.globals.filter(({ use }) => use === undefined));
		this.#report("pickle.nested", `holds a pickle inside a literal, which calls ${names || "what is not allowed"}`, at);
		if (nesting + 1 >= MAX_NESTING) this.#limit(`pickles inside pickles, ${MAX_NESTING} deep`);
	}

	#report(code: PickleProblem["code"], message: string, offset = this.#reader.at): undefined {
		if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem(code, offset, message));
	}

	#malformed(message: string): undefined {
		this.#reader.break(`${OPCODES[this.#reader.opcode]!.name} ${message}`);
	}

	#limit(message: string): undefined {
		this.#reader.broken ??= { offset: this.#reader.at, message, limit: true };
	}
}

function problem(code: PickleProblem["code"], offset: number, message: string): PickleProblem {
	return { code, offset, message: `at offset ${offset.toLocaleString("en")} ${message}` };
}

function isPythonUtf8(bytes: Uint8Array): boolean {
	const utf8 = new PythonUtf8();
	utf8.feed(bytes);
	return utf8.ok;
}
