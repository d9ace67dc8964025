/** Pickles by their opcodes: fixtures for tests, so that no hostile file need be kept. Names are those of Python's pickletools. */
export type Part = string | number | Uint8Array;

/** Text stands for its Latin-1 bytes, a number for one byte. */
export function pickle(...parts: readonly Part[]): Buffer {
	return Buffer.concat(
		parts.map((part) =>
			typeof part === "string" ? Buffer.from(part, "latin1") : typeof part === "number" ? Buffer.from([part]) : part,
		),
	);
}

export const STOP = ".";
export const MARK = "(";
export const REDUCE = "R";
export const BUILD = "b";
export const POP = "0";
export const TUPLE = "t";
export const TUPLE1 = "\x85";
export const TUPLE2 = "\x86";
export const EMPTY_TUPLE = ")";
export const EMPTY_DICT = "}";
export const EMPTY_LIST = "]";
export const SETITEMS = "u";
export const NONE = "N";
export const NEWOBJ = "\x81";
export const STACK_GLOBAL = "\x93";
export const MEMOIZE = "\x94";
export const PROTO4 = "\x80\x04";

/** GLOBAL: two lines. */
export function global(module: string, name: string): Buffer {
	return pickle("c", module, "\n", name, "\n");
}

/** SHORT_BINUNICODE, or BINUNICODE above 255 bytes. */
export function text(value: string): Buffer {
	const bytes = Buffer.from(value);
	return bytes.length < 256 ? pickle("\x8c", bytes.length, bytes) : pickle("X", u32(bytes.length), bytes);
}

/** SHORT_BINBYTES, or BINBYTES above 255 bytes. */
export function bytes(value: Uint8Array): Buffer {
	return value.length < 256 ? pickle("C", value.length, value) : pickle("B", u32(value.length), value);
}

/** BININT. */
export function int(value: number): Buffer {
	const buffer = Buffer.alloc(4);
	buffer.writeInt32LE(value);
	return pickle("J", buffer);
}

/** A call of a named function with a tuple of arguments. */
export function call(module: string, name: string, ...args: readonly Uint8Array[]): Buffer {
	return pickle(global(module, name), MARK, ...args, TUPLE, REDUCE);
}

/** FRAME around opcodes; `length` in place of the true one. */
export function frame(body: Uint8Array, length = body.length): Buffer {
	const head = Buffer.alloc(8);
	head.writeBigUInt64LE(BigInt(length));
	return pickle("\x95", head, body);
}

/** A dict of text keys. */
export function dict(entries: Readonly<Record<string, Uint8Array>>): Buffer {
	return pickle(EMPTY_DICT, MARK, ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), SETITEMS);
}

/** numpy.dtype of a plain code such as `f8`, with the state that numpy writes. */
export function dtype(code: string): Buffer {
	const state = pickle(MARK, int(3), text("<"), NONE, NONE, NONE, int(-1), int(-1), int(0), TUPLE);
	return pickle(call("numpy", "dtype", text(code), pickle("\x89"), pickle("\x88")), state, BUILD);
}

/** What joblib writes in the place of an array, the array behind it. */
export function joblibArray(
	shape: readonly number[],
	code: string,
	content: Uint8Array,
	{ padding = 0, state = {} }: { readonly padding?: number | null; readonly state?: Readonly<Record<string, Uint8Array>> } = {},
): Buffer {
	const alignment = padding === null ? NONE : int(16);
	const wrapper = dict({
		subclass: global("numpy", "ndarray"),
		shape: pickle(MARK, ...shape.map(int), TUPLE),
		order: text("C"),
		dtype: dtype(code),
		allow_mmap: pickle("\x88"),
		numpy_array_alignment_bytes: pickle(alignment),
		...state,
	});
	const filled = padding === null ? Buffer.alloc(0) : Buffer.concat([Buffer.from([padding]), Buffer.alloc(padding, 0xff)]);
	return pickle(global("joblib.numpy_pickle", "NumpyArrayWrapper"), EMPTY_TUPLE, NEWOBJ, wrapper, BUILD, filled, content);
}

/** A reference to a storage of torch: BINPERSID over its tuple. */
export function torchStorage(type: string, key: string, items: number): Buffer {
	return pickle(MARK, text("storage"), global("torch", type), text(key), text("cpu"), int(items), TUPLE, "Q");
}

/** A tensor of one dimension over a storage. */
export function torchTensor(type: string, key: string, items: number): Buffer {
	const shape = pickle(int(items), TUPLE1);
	const hooks = call("collections", "OrderedDict");
	return call(
		"torch._utils",
		"_rebuild_tensor_v2",
		torchStorage(type, key, items),
		int(0),
		shape,
		pickle(int(1), TUPLE1),
		pickle("\x89"),
		hooks,
	);
}

/** The five pickles of the old torch form and the storages behind them. */
export function legacyTorch(
	object: Uint8Array,
	storages: readonly { readonly items: number; readonly content: Uint8Array }[],
): Buffer {
	const magic = Buffer.from("80028a0a6cfc9c46f9206aa850192e", "hex");
	const info = pickle("\x80\x02", dict({ protocol_version: int(1001), little_endian: pickle("\x88") }), STOP);
	const keys = pickle("\x80\x02", EMPTY_LIST, MARK, ...storages.map((_, index) => text(String(index))), "e", STOP);
	const content = storages.map(({ items, content: raw }) => {
		const head = Buffer.alloc(8);
		head.writeBigInt64LE(BigInt(items));
		return Buffer.concat([head, raw]);
	});
	return Buffer.concat([magic, pickle("\x80\x02M\xe9\x03."), info, pickle("\x80\x02", object, STOP), keys, ...content]);
}

function u32(value: number): Buffer {
	const buffer = Buffer.alloc(4);
	buffer.writeUInt32LE(value);
	return buffer;
}
