import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { ReadAt } from "../../files/read-at.ts";
import { DTYPE_BITS } from "./dtypes.ts";
import { HeaderCursor, type Words } from "./header-cursor.ts";
import type { SafetensorsHeader, SafetensorsNote, SafetensorsTensor, TensorProblem } from "./safetensors-file.ts";

/** The reference implementation refuses longer ones too. */
const MAX_HEADER_BYTES = 100_000_000;
/** No tensor has a longer name and shape; it also bounds what is read at once. */
const MAX_ENTRY_BYTES = 64 * 1024;
const MAX_NOTE_BYTES = 4 * 1024 * 1024;
const MAX_NOTES = 10_000;
/** These two bound what the result takes in memory. */
const MAX_TENSORS = 100_000;
const MAX_NAMES_LENGTH = 24 * 1024 * 1024;
const MAX_PROBLEMS = 100;
const MAX_RANK = 64;
const KEYS = words(["dtype", "shape", "data_offsets"]);
const DTYPES = words(Object.keys(DTYPE_BITS).sort((a, b) => b.length - a.length));

/**
 * Reads the header of a safetensors file: its length, its JSON, and every entry, with duplicate keys refused. Whether types, shapes
 * and offsets make sense together is `layoutProblems`. Throws HeadgateError `weights.empty`, `weights.cut-off`,
 * `safetensors.header-length`, `safetensors.header`, `safetensors.duplicate-key` or `safetensors.limit`, with file and offset.
 */
export async function readSafetensorsHeader(source: ReadAt, name: string, signal?: AbortSignal): Promise<SafetensorsHeader> {
	const headerBytes = await headerLength(source, name);
	const cursor = new HeaderCursor(source, name, 8, 8 + headerBytes, signal);
	return new HeaderReader(cursor, source.size - 8 - headerBytes).header();
}

async function headerLength(source: ReadAt, name: string): Promise<number> {
	if (source.size === 0) throw new HeadgateError("weights.empty", `${name} is empty (0 bytes)`, { path: name });
	const head = Buffer.from(await source.read(0, 8));
	if (head.length < 8) {
		const message = `${name} is cut off: it has ${head.length} bytes, the length of the header alone takes 8`;
		throw new HeadgateError("weights.cut-off", message, { path: name });
	}
	const length = head.readBigUInt64LE(0);
	const wrong = (message: string): HeadgateError =>
		new HeadgateError("safetensors.header-length", `${name}: ${message}`, { path: name });
	const text = length.toLocaleString("en");
	if (length > BigInt(MAX_HEADER_BYTES)) {
		throw wrong(`the first 8 bytes say that the header has ${text} bytes, at most 100,000,000 are allowed`);
	}
	const left = source.size - 8;
	if (Number(length) > left) {
		throw wrong(`the header has ${text} bytes, the file ends after ${left.toLocaleString("en")} of them: it is cut off`);
	}
	return Number(length);
}

class HeaderReader {
	readonly #cursor: HeaderCursor;
	readonly #dataBytes: number;
	readonly #tensors: SafetensorsTensor[] = [];
	readonly #names = new Set<string>();
	readonly #problems: TensorProblem[] = [];
	#namesLength = 0;
	#notes: SafetensorsNote[] | undefined;

	constructor(cursor: HeaderCursor, dataBytes: number) {
		this.#cursor = cursor;
		this.#dataBytes = dataBytes;
	}

	async header(): Promise<SafetensorsHeader> {
		const cursor = this.#cursor;
		const headerBytes = cursor.end - 8;
		await cursor.ensure(MAX_ENTRY_BYTES);
		if (headerBytes === 0) throw cursor.malformed("the header is empty, expected a JSON object");
		if (cursor.peek() !== 0x7b || cursor.at !== 8) throw cursor.malformed("the header must begin with '{'", 8);
		cursor.at++;
		if (!cursor.take("}")) {
			do {
				await cursor.ensure(MAX_ENTRY_BYTES);
				cursor.entry = "";
				const key = this.#key();
				if (key === "__metadata__") await this.#readNotes();
				else this.#readTensor(key);
			} while (cursor.take(","));
			cursor.entry = "";
			cursor.expect("}", "after an entry");
		}
		await this.#padding();
		return {
			headerBytes,
			dataBytes: this.#dataBytes,
			notes: this.#notes,
			tensors: this.#tensors,
			problems: this.#problems,
		};
	}

	#key(): string {
		const start = this.#cursor.at;
		const key = this.#cursor.string("the name of a tensor");
		if (this.#names.has(key)) throw this.#duplicate(`the name '${shown(key)}'`, start);
		this.#names.add(key);
		this.#namesLength += key.length;
		if (this.#names.size > MAX_TENSORS) throw this.#limit(`more than ${MAX_TENSORS.toLocaleString("en")} tensors`);
		if (this.#namesLength > MAX_NAMES_LENGTH) throw this.#limit("names of more than 24 MiB together");
		this.#cursor.expect(":", "after a name");
		return key;
	}

	#readTensor(name: string): void {
		const cursor = this.#cursor;
		const start = cursor.at;
		cursor.entry = name;
		const entry: { dtype?: string; shape?: (number | string)[]; data_offsets?: (number | string)[] } = {};
		cursor.expect("{", "its entry");
		if (cursor.peek() !== 0x7d) {
			do {
				const place = cursor.at;
				const key = cursor.word(KEYS, "a key");
				cursor.expect(":", "after a key");
				if (Object.hasOwn(entry, key)) throw this.#duplicate(`the key '${key}' of tensor '${shown(name)}'`, place);
				if (key === "dtype") entry.dtype = cursor.word(DTYPES, key);
				else if (key === "shape" || key === "data_offsets") entry[key] = this.#integers(key);
				else throw cursor.malformed(`the key '${shown(key)}' is unknown, expected dtype, shape and data_offsets`, place);
			} while (cursor.take(","));
		}
		cursor.expect("}", "its entry");
		const { dtype, shape, data_offsets: offsets } = entry;
		if (dtype !== undefined && shape !== undefined && offsets !== undefined) this.#keep(name, dtype, shape, offsets, start);
		else
			throw cursor.malformed(
				`it has no ${dtype === undefined ? "dtype" : shape === undefined ? "shape" : "data_offsets"}`,
				start,
			);
	}

	#keep(name: string, dtype: string, shape: (number | string)[], offsets: (number | string)[], offset: number): void {
		const [begin, end] = offsets;
		const problem = shapeProblem(shape) ?? offsetsProblem(offsets);
		if (problem === undefined && typeof begin === "number" && typeof end === "number") {
			this.#tensors.push({ name, dtype, shape: shape as number[], begin, end });
		} else if (problem !== undefined && this.#problems.length < MAX_PROBLEMS) {
			this.#problems.push({ ...problem, message: `tensor '${shown(name)}': ${problem.message}`, offset });
		}
	}

	#integers(what: string): (number | string)[] {
		const cursor = this.#cursor;
		cursor.expect("[", what);
		const values: (number | string)[] = [];
		if (cursor.take("]")) return values;
		do values.push(cursor.integer(what));
		while (cursor.take(","));
		cursor.expect("]", what);
		return values;
	}

	async #readNotes(): Promise<void> {
		const cursor = this.#cursor;
		const notes: SafetensorsNote[] = [];
		const keys = new Set<string>();
		cursor.expect("{", "__metadata__ must be an object");
		if (cursor.peek() !== 0x7d) {
			do {
				await cursor.ensure(MAX_ENTRY_BYTES);
				const place = cursor.at;
				const key = cursor.string("a key of __metadata__");
				if (keys.has(key)) throw this.#duplicate(`the key '${shown(key)}' of __metadata__`, place);
				keys.add(key);
				if (keys.size > MAX_NOTES) throw this.#limit(`more than ${MAX_NOTES.toLocaleString("en")} entries in __metadata__`);
				this.#namesLength += key.length;
				if (this.#namesLength > MAX_NAMES_LENGTH) throw this.#limit("names of more than 24 MiB together");
				cursor.expect(":", "__metadata__");
				notes.push(await this.#note(key));
				await cursor.ensure(MAX_ENTRY_BYTES);
			} while (cursor.take(","));
		}
		cursor.expect("}", "__metadata__");
		this.#notes = notes;
	}

	async #note(key: string): Promise<SafetensorsNote> {
		const cursor = this.#cursor;
		cursor.peek();
		for (let bytes = MAX_ENTRY_BYTES; bytes <= MAX_NOTE_BYTES && !cursor.holdsString(); bytes *= 4) await cursor.ensure(bytes);
		const start = cursor.at;
		const value = cursor.string(`the value of '${shown(key)}' in __metadata__`);
		const bytes = cursor.at - start - 2;
		return { key, value: value.slice(0, 256), bytes, script: /^\s*#!|<script/i.test(value) };
	}

	/** Writers fill the header up to a multiple of 8 bytes. */
	async #padding(): Promise<void> {
		const cursor = this.#cursor;
		while (cursor.at < cursor.end) {
			await cursor.ensure(1);
			if (!cursor.skipSpaces()) throw cursor.malformed("after the JSON object only spaces may follow");
		}
	}

	#duplicate(what: string, offset: number): HeadgateError {
		const { name } = this.#cursor;
		const message = `${name}: ${what} stands twice in the header, again at offset ${offset.toLocaleString("en")}`;
		return new HeadgateError("safetensors.duplicate-key", message, { path: name });
	}

	#limit(what: string): HeadgateError {
		return new HeadgateError("safetensors.limit", `${this.#cursor.name}: the header has ${what}`, { path: this.#cursor.name });
	}
}

function shapeProblem(shape: readonly (number | string)[]): TensorProblem | undefined {
	const odd = shape.find((dim) => typeof dim === "string");
	if (odd === undefined && shape.length <= MAX_RANK) return undefined;
	const message =
		odd === undefined
			? `the shape has ${shape.length} dimensions, at most ${MAX_RANK} are allowed`
			: `the shape has ${odd}, expected whole numbers from 0 to 2^53 - 1`;
	return { code: "safetensors.shape", message };
}

function offsetsProblem(offsets: readonly (number | string)[]): TensorProblem | undefined {
	if (offsets.length === 2 && offsets.every((offset) => typeof offset === "number")) return undefined;
	const message = `data_offsets are [${offsets.slice(0, 4).join(", ")}], expected two whole numbers from 0 to 2^53 - 1`;
	return { code: "safetensors.offsets", message };
}

function words(texts: readonly string[]): Words {
	return texts.map((text) => [text, Buffer.from(text)] as const);
}

/** A name as it may stand in a message. */
function shown(name: string): string {
	return printable(name.slice(0, 80));
}
