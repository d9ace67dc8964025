import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesSource, countedSource } from "../../files/read-at.ts";
import {
	BUILD,
	bytes,
	call,
	dict,
	EMPTY_DICT,
	EMPTY_LIST,
	EMPTY_TUPLE,
	frame,
	global,
	int,
	joblibArray,
	legacyTorch,
	MARK,
	MEMOIZE,
	NEWOBJ,
	NONE,
	type Part,
	POP,
	PROTO4,
	pickle,
	REDUCE,
	SETITEMS,
	STACK_GLOBAL,
	STOP,
	TUPLE,
	TUPLE1,
	TUPLE2,
	text,
	torchTensor,
} from "../../testing/encode-pickle.ts";
import { readPickle } from "./read-pickle.ts";

const scan = (content: Uint8Array) => readPickle(bytesSource(content), "m.pkl");
const codes = async (content: Uint8Array): Promise<string[]> => (await scan(content)).problems.map(({ code }) => code);
const messages = async (content: Uint8Array): Promise<string> =>
	(await scan(content)).problems.map(({ message }) => message).join("; ");

const SYSTEM = call("posix", "system", text("id"));
const ORDERED = call("collections", "OrderedDict");

describe("a pickle that does only what is allowed", () => {
	const plain: [string, readonly Part[]][] = [
		["plain data of protocol 0", ["(dp0\nVa\np1\nI1\nsVb\np2\n(lp3\nF1.5\naL5L\naI01\nas."]],
		["plain data of protocol 4", [PROTO4, frame(pickle(dict({ a: int(1), b: pickle(NONE) }), STOP))]],
		["an OrderedDict that is filled", [PROTO4, ORDERED, MARK, text("w"), int(1), SETITEMS, STOP]],
		["bytes of protocol 2", ["\x80\x02", call("_codecs", "encode", text("\u00e9"), text("latin1")), STOP]],
		[
			"an array of numpy",
			[
				call(
					"numpy.core.multiarray",
					"_reconstruct",
					global("numpy", "ndarray"),
					pickle(int(0), TUPLE1),
					bytes(Buffer.from("b")),
				),
				pickle(MARK, int(1), int(2), TUPLE),
				BUILD,
				STOP,
			],
		],
		[
			"an estimator with its state",
			[global("sklearn.linear_model._base", "LinearRegression"), EMPTY_TUPLE, NEWOBJ, dict({ n: int(1) }), BUILD, STOP],
		],
		[
			"an estimator of protocol 0",
			[
				call("copy_reg", "_reconstructor", global("sklearn.svm._classes", "SVC"), global("__builtin__", "object"), pickle(NONE)),
				dict({}),
				BUILD,
				STOP,
			],
		],
		["half a surrogate pair, which Python writes", [text("a").subarray(0, 1), "\x03\xed\xa0\x80", STOP]],
		["several pickles one after the other", [NONE, STOP, EMPTY_LIST, STOP]],
		[
			"text that only looks like opcodes",
			[EMPTY_LIST, MARK, text("cat\ndog\nbird\n"), text("city\nname\n(R."), bytes(Buffer.from([0x80, 4, 0x93, 0, 0])), "e", STOP],
		],
	];
	it.each(plain)("passes: %s", async (_, parts) => {
		expect((await scan(pickle(...parts))).problems).toEqual([]);
	});

	it("tells every name with its offset, and the release of scikit-learn", async () => {
		const estimator = [
			global("sklearn.svm._classes", "SVC"),
			EMPTY_TUPLE,
			NEWOBJ,
			dict({ _sklearn_version: text("1.5.2") }),
			BUILD,
		];
		const { globals, sklearnVersions, form } = await scan(pickle("\x80\x02", ...estimator, STOP));
		expect(globals).toEqual([{ name: "sklearn.svm._classes.SVC", offset: 2, isAllowed: true }]);
		expect([sklearnVersions, form]).toEqual([["1.5.2"], "pickle"]);
	});
});

describe("a pickle that calls what is not listed", () => {
	const hostile: [string, readonly Part[]][] = [
		["posix.system", [PROTO4, SYSTEM, STOP]],
		["names from the stack", [PROTO4, text("posix"), text("system"), STACK_GLOBAL, text("id"), TUPLE1, REDUCE, STOP]],
		[
			"names by way of the memo, numbered and counted keys mixed",
			[
				"Vposix\np8\n0Vsystem\np9\n0",
				text("torch._utils"),
				MEMOIZE,
				POP,
				"g8\ng9\n",
				STACK_GLOBAL,
				text("id"),
				TUPLE1,
				REDUCE,
				STOP,
			],
		],
		["a name that is used twice with DUP", [global("posix", "system"), "2", text("id"), TUPLE1, REDUCE, POP, POP, NONE, STOP]],
		["a result that is thrown away (POP)", [SYSTEM, POP, NONE, STOP]],
		["a result behind a mark (POP_MARK)", [MARK, SYSTEM, "1", NONE, STOP]],
		["INST", [MARK, text("id"), "iposix\nsystem\n", STOP]],
		["OBJ", [MARK, global("pty", "spawn"), text("id"), "o", STOP]],
		["NEWOBJ", [global("subprocess", "Popen"), text("id"), TUPLE1, NEWOBJ, STOP]],
		["NEWOBJ_EX", [global("subprocess", "Popen"), EMPTY_TUPLE, dict({ args: text("id") }), "\x92", STOP]],
		["pkgutil.resolve_name, which reaches everything", [call("pkgutil", "resolve_name", text("os:system")), STOP]],
		["importlib.import_module", [call("importlib", "import_module", text("os")), STOP]],
		["functools.partial", [call("functools", "partial", text("x")), STOP]],
		["operator.attrgetter", [call("operator", "attrgetter", text("system")), STOP]],
		["mailcap.findmatch", [call("mailcap", "findmatch", pickle(EMPTY_DICT)), STOP]],
		["torch.utils.collect_env.run", [call("torch.utils.collect_env", "run", text("id")), STOP]],
		["multiprocessing.util.spawnv_passfds", [call("multiprocessing.util", "spawnv_passfds", text("sh")), STOP]],
		["pip.main", [call("pip", "main", pickle(EMPTY_LIST)), STOP]],
		["pickle.loads over bytes", [call("pickle", "loads", bytes(pickle(SYSTEM, STOP))), STOP]],
		["torch.storage._load_from_bytes", [call("torch.storage", "_load_from_bytes", bytes(Buffer.from("x"))), STOP]],
		["joblib.load", [call("joblib", "load", text("other.pkl")), STOP]],
		["marshal.loads", [call("marshal", "loads", bytes(Buffer.from("x"))), STOP]],
		["a class of __main__", [global("__main__", "Model"), EMPTY_TUPLE, NEWOBJ, STOP]],
		["an allowed module's other name", [call("numpy", "load", text("x")), STOP]],
		["a dotted name under an allowed module", [text("numpy"), text("dtype.__class__"), STACK_GLOBAL, STOP]],
		["a name in another case", [call("Collections", "OrderedDict"), STOP]],
		["a name with a space", [call("collections ", "OrderedDict"), STOP]],
		["only an import", [global("antigravity", "x"), STOP]],
		["a codec besides latin1", [call("_codecs", "encode", text("x"), text("zlib")), STOP]],
		["what may be named but not called", [call("torch", "FloatStorage", int(9)), STOP]],
		[
			"_reconstructor for a class that is not listed",
			[call("copyreg", "_reconstructor", text("x"), global("builtins", "object"), pickle(NONE)), STOP],
		],
	];
	it.each(hostile)("is refused: %s", async (_, parts) => {
		expect(await codes(pickle(...parts))).toContain("pickle.global");
	});

	it("is named with the offset of the call", async () => {
		expect(await messages(pickle(PROTO4, SYSTEM, STOP))).toBe("at offset 22 calls posix.system, which is not on the allow-list");
	});

	it("says what a name reads like, with its control characters spelled out", async () => {
		expect(await messages(pickle(text("os\u001b[2J"), text("x"), STACK_GLOBAL, STOP))).toContain("names os\\u001b[2J.x");
	});
});

describe("a pickle that hides what it calls", () => {
	it.each([
		["the result of a call", [ORDERED, EMPTY_TUPLE, REDUCE, STOP]],
		["a text", [text("posix.system"), EMPTY_TUPLE, REDUCE, STOP]],
		["an instance that is made anew", [ORDERED, EMPTY_TUPLE, NEWOBJ, STOP]],
		["a name that is computed", [text("numpy"), call("_codecs", "encode", text("load"), text("latin1")), STACK_GLOBAL, STOP]],
		["a name of bytes", [bytes(Buffer.from("posix")), text("system"), STACK_GLOBAL, STOP]],
	] as [string, Part[]][])("is refused: %s", async (_, parts) => {
		expect(await codes(pickle(...parts))).toEqual(["pickle.computed-callable"]);
	});

	it.each(["\x82\x01", "\x83\x01\x00", "\x84\x01\x00\x00\x00"])("is refused: the extension registry (%j)", async (opcode) => {
		expect(await codes(pickle(PROTO4, opcode, text("id"), TUPLE1, REDUCE, STOP))).toEqual(["pickle.extension"]);
	});

	it.each([
		["bytes", bytes(pickle(PROTO4, SYSTEM, STOP))],
		["bytes without a header", bytes(pickle(SYSTEM, STOP))],
		["bytes that are broken off behind the call", bytes(pickle(SYSTEM))],
		["text", text("cposix\nsystem\n(S'id'\ntR.")],
		["many bytes", bytes(pickle(PROTO4, text("x".repeat(200_000)), POP, SYSTEM, STOP))],
		["text in base64", text(pickle(PROTO4, SYSTEM, STOP).toString("base64"))],
		["text in hex", text(pickle(PROTO4, SYSTEM, STOP).toString("hex"))],
		["bytes in base64 without a header", bytes(Buffer.from(pickle(SYSTEM, STOP).toString("base64")))],
		["bytes in bytes", bytes(pickle(PROTO4, bytes(pickle(SYSTEM, STOP)), STOP))],
	])("is looked into: %s", async (_, literal) => {
		expect(await codes(pickle(EMPTY_LIST, literal, "a", STOP))).toEqual(["pickle.nested"]);
	});

	it.each(["gAAAAABh2cUnkJk3y0Qw", "80048c05706f7369789480", "Y2F0IGRvZyBiaXJkIGZpc2g=", "63617420646f6720626972"])(
		"is no pickle: the text %s",
		async (literal) => {
			expect(await codes(pickle(EMPTY_LIST, text(literal), "a", STOP))).toEqual([]);
		},
	);

	it.each([
		["BUILD on a function (numpy.size gets builtins)", [global("numpy", "mean"), EMPTY_DICT, BUILD, STOP]],
		["BUILD on a class", [global("numpy", "ndarray"), EMPTY_DICT, BUILD, STOP]],
		["BUILD on a dict", [EMPTY_DICT, EMPTY_DICT, BUILD, STOP]],
		[
			"SETITEM on what is no dict (CVE-2026-24747)",
			[global("sklearn.svm._classes", "SVC"), EMPTY_TUPLE, NEWOBJ, text("a"), int(1), "s", STOP],
		],
		["APPEND to a class", [global("collections", "deque"), int(1), "a", STOP]],
	] as [string, Part[]][])("is refused: %s", async (_, parts) => {
		expect(await codes(pickle(...parts))).toEqual(["pickle.state"]);
	});
});

describe("a broken pickle", () => {
	it("is refused with what it had already called", async () => {
		const message = await messages(pickle("cbuiltins\nexec\n(X>\nf = open"));
		expect(message).toMatch(
			/^at offset 0 names builtins\.exec, .*; at offset 16 is no whole pickle: BINUNICODE says .* executed all the same: builtins\.exec$/,
		);
	});

	it.each([
		["behind the call", [SYSTEM]],
		["with an unknown opcode behind the call", [SYSTEM, "\xff"]],
	] as [string, Part[]][])("names the call before the break: %s", async (_, parts) => {
		expect(await codes(pickle(...parts))).toEqual(["pickle.global", "pickle.malformed"]);
	});

	it.each([
		["no STOP", [NONE]],
		["two values at STOP, as an injected pickle leaves them", [NONE, NONE, STOP]],
		["an open mark at STOP", [MARK, NONE, STOP]],
		["nothing on the stack", [STOP]],
		["a value below a mark", [NONE, MARK, POP, POP, POP, NONE, STOP]],
		["a memo entry that is not set", ["h\x05", STOP]],
		["a memo entry that is set twice", [NONE, "q\x00", POP, EMPTY_LIST, "q\x00", STOP]],
		["a memo key in hexadecimal", [NONE, "p0x1\n", STOP]],
		["a number in hexadecimal", ["I0x10\n", STOP]],
		["a text without quotes", ["Sabc\n", STOP]],
		["a text of one quote", ["S'\n", STOP]],
		["a broken escape", ["V\\u12\n", STOP]],
		["no UTF-8", ["\x8c\x02\xc3\x28", STOP]],
		["a line of protocol 0 that is not ASCII when it is unescaped", ["S'\\x93'\n", STOP]],
		["protocol 6", ["\x80\x06", NONE, STOP]],
		["a length beyond the end", ["B\xff\xff\xff\x7f", STOP]],
		["a negative length", ["T\xff\xff\xff\xff", STOP]],
		["a length of 2^63", ["\x8e", Buffer.alloc(8, 0xff), STOP]],
		["a frame beyond the end", [PROTO4, frame(pickle(NONE, STOP), 99)]],
		["an argument that leaves its frame (cpython#154848)", [PROTO4, frame(pickle("K"), 1), "\x01", STOP]],
		["a frame in a frame", [PROTO4, frame(pickle(frame(pickle(NONE)), STOP), 12)]],
		["STOP before the end of its frame", [PROTO4, frame(pickle(NONE, STOP, NONE))]],
		["a persistent id", ["P1\n", STOP]],
		["a persistent id from the stack", [text("x"), "Q", STOP]],
		["a buffer from outside", ["\x97", STOP]],
		["a name that is not ASCII", ["c\xe9\nx\n", STOP]],
		["arguments that are no tuple", [global("collections", "OrderedDict"), EMPTY_LIST, REDUCE, STOP]],
		["bytes behind the pickle", [NONE, STOP, "\x00\x00\x00"]],
		["a second pickle that is broken", [NONE, STOP, "(", STOP]],
	] as [string, Part[]][])("is refused: %s", async (_, parts) => {
		expect(await codes(pickle(...parts))).toEqual(["pickle.malformed"]);
	});

	it("is refused at the limits, without much memory or time", async () => {
		expect(await codes(pickle(NONE, "r\xff\xff\xff\x7f", STOP))).toEqual(["pickle.limit"]);
		expect(await codes(Buffer.concat([Buffer.alloc(5_000_000, "N"), Buffer.from(STOP)]))).toEqual(["pickle.limit"]);
		expect(await codes(Buffer.concat([Buffer.from("V"), Buffer.alloc(20_000_000, "a")]))).toEqual(["pickle.limit"]);
	});
});

describe("a joblib file", () => {
	const array = (padding: number | null) => joblibArray([2, 3], "f8", Buffer.alloc(48, 1), { padding });
	const inObject = (...parts: Uint8Array[]): Buffer => pickle(PROTO4, EMPTY_LIST, MARK, ...parts, "e", STOP);

	it.each([
		["aligned", 7],
		["not aligned", null],
	] as const)("is read on behind its arrays: %s", async (_, padding) => {
		expect(await scan(inObject(array(padding), text("x"), array(padding)))).toMatchObject({ problems: [], arrays: 2 });
	});

	it("is refused for what stands behind an array", async () => {
		expect(await codes(inObject(array(3), SYSTEM))).toEqual(["pickle.global"]);
	});

	it("has a pickle in the place of an array of objects", async () => {
		const objects = (...parts: Part[]) =>
			inObject(joblibArray([1], "O8", pickle(PROTO4, ...parts, STOP), { padding: null }), text("end"));
		expect(await codes(objects(EMPTY_LIST))).toEqual([]);
		expect(await codes(objects(SYSTEM))).toEqual(["pickle.global"]);
		expect(await codes(objects(NONE, NONE))).toEqual(["pickle.malformed"]);
	});

	it("is refused when the bytes of an array call something where joblib is not the reader", async () => {
		const content = pickle(SYSTEM, POP, NONE, NONE);
		expect(await codes(inObject(joblibArray([content.length], "u1", content, { padding: null })))).toEqual(["pickle.global"]);
	});

	it("passes where another reader would only mix up the memo", async () => {
		const outer = pickle(text("subclass"), MEMOIZE, POP, text("x"), MEMOIZE, POP);
		const inner = pickle(
			text("collections"),
			MEMOIZE,
			POP,
			text("OrderedDict"),
			MEMOIZE,
			POP,
			"h\x00h\x01",
			STACK_GLOBAL,
			EMPTY_TUPLE,
			REDUCE,
			STOP,
		);
		expect(await codes(pickle(PROTO4, outer, joblibArray([1], "O8", inner, { padding: null }), STOP))).toEqual([]);
	});

	it.each([
		["beyond the end of the file", joblibArray([1_000_000], "f8", Buffer.alloc(8))],
		["in a frame", frame(pickle(joblibArray([1], "f8", Buffer.alloc(8))))],
		[
			"of a shape that is not written out",
			joblibArray([1], "f8", Buffer.alloc(8), { state: { shape: pickle(int(1), TUPLE1, "q\x63", POP, "h\x63") } }),
		],
		["of an unknown type", joblibArray([1], "Z8", Buffer.alloc(8))],
		["with more padding than joblib writes", joblibArray([1], "f8", Buffer.alloc(8), { padding: 40 })],
		[
			"whose state is changed by way of the memo",
			pickle(EMPTY_DICT, "q\x01", POP, "h\x01", text("shape"), int(1), "s", POP, joblibArray([1], "f8", Buffer.alloc(8))),
		],
	])("is refused with an array %s", async (_, wrapped) => {
		expect(await codes(pickle(PROTO4, EMPTY_LIST, MARK, wrapped, "e", STOP))).toContain("pickle.malformed");
	});

	it.each([
		["zlib", deflateSync],
		["gzip", gzipSync],
	] as const)("packed by %s is unpacked and read", async (packing, pack) => {
		expect(await scan(pack(inObject(array(5))))).toMatchObject({ packing, problems: [], arrays: 1 });
		expect(await codes(pack(inObject(array(5), SYSTEM)))).toEqual(["pickle.global"]);
		expect(await codes(pack(pickle(NONE)))).toEqual(["pickle.malformed"]);
	});

	it("packed in a way that cannot be undone is refused, and so is a bomb and a damaged stream", async () => {
		await expect(scan(Buffer.from("BZh91AY&SY"))).rejects.toMatchObject({ code: "pickle.packed" });
		await expect(scan(Buffer.from("fd377a585a0000", "hex"))).rejects.toMatchObject({ code: "pickle.packed" });
		const bomb = gzipSync(
			Buffer.concat([pickle("\x8d", Buffer.from([0, 0, 0, 5, 0, 0, 0, 0])), Buffer.alloc(0x500_0000, 0x61), Buffer.from(STOP)]),
		);
		await expect(scan(bomb)).rejects.toMatchObject({ code: "archive.bomb" });
		await expect(scan(gzipSync(inObject(array(5))).subarray(0, 60))).rejects.toMatchObject({ code: "weights.cut-off" });
	});
});

describe("a torch file of the old form", () => {
	const tensor = torchTensor("FloatStorage", "0", 3);
	const storages = [{ items: 3, content: Buffer.alloc(12) }];

	it("is five pickles and storages of the sizes they say", async () => {
		expect(await scan(legacyTorch(tensor, storages))).toMatchObject({ form: "torch", problems: [], pickles: 5 });
	});

	it.each([
		["pickle.global", "a call in the object", legacyTorch(SYSTEM, [])],
		["pickle.malformed", "a storage that ends early", legacyTorch(tensor, [{ items: 3, content: Buffer.alloc(11) }])],
		["pickle.malformed", "a storage of another size", legacyTorch(tensor, [{ items: 4, content: Buffer.alloc(16) }])],
		["pickle.malformed", "bytes behind the storages", Buffer.concat([legacyTorch(tensor, storages), Buffer.from("PK")])],
		["pickle.malformed", "no storage", legacyTorch(tensor, [])],
	])("is refused (%s): %s", async (code, _, content) => {
		expect(await codes(content)).toContain(code);
	});
});

describe("what is no pickle", () => {
	it.each([
		["prose", "Various people wrote this.\nIt is a text.\n"],
		["words in lines", "cat\ndog\nbird\n"],
		["a table", "city,name\nBonn,Rita\nOslo,Per\n"],
		["JSON", '{"a": [1, 2], "b": "c"}'],
		["a list in JSON", "[1, 2, 3]"],
		["a licence", "Copyright (c) 2024\n\nPermission is hereby granted\n"],
		["Markdown", "# Notes\n\n(see below)\n.\n"],
		["a Python module", "import os\n\nos.system('id')\n"],
		["YAML", "name: x\nversion: 1\n"],
		["zeros", "\0".repeat(100)],
		["nothing", ""],
		["the header of a safetensors file of 1,152 bytes", "\x80\x04\0\0\0\0\0\0{}"],
	])("is left alone: %s", async (_, content) => {
		expect((await scan(Buffer.from(content, "latin1"))).form).toBe("other");
	});

	it.each([
		["protocol 0", "cposix\nsystem\n(S'id'\ntR."],
		["protocol 0 with a comment of text before it", "S'Copyright'\n0cposix\nsystem\n(S'id'\ntR."],
		["protocol 0 that breaks off behind the call", "cposix\nsystem\n(S'id'\ntRxyz"],
		["INST", "(S'id'\niposix\nsystem\n."],
	])("is recognised in text: %s", async (_, content) => {
		expect(await scan(Buffer.from(content, "latin1"))).toMatchObject({ form: "pickle" });
	});

	it("is seen from a few kilobytes of a large file", async () => {
		const source = countedSource(bytesSource(Buffer.alloc(50_000_000, "x,")));
		expect((await readPickle(source, "m.csv")).form).toBe("other");
		expect(source.bytesRead()).toBeLessThan(10_000);
	});
});

it("keeps what numpy's types of two kinds of records say apart", async () => {
	const record = (field: Part) =>
		pickle(
			call("numpy", "dtype", text("V8"), pickle("\x89"), pickle("\x88")),
			pickle(
				MARK,
				int(3),
				text("|"),
				NONE,
				pickle(text("a"), TUPLE1),
				dict({ a: pickle(field, int(0), TUPLE2) }),
				int(8),
				int(1),
				int(16),
				TUPLE,
			),
			BUILD,
		);
	const array = (field: Part) =>
		pickle(PROTO4, joblibArray([1], "f8", Buffer.alloc(8, 0xff), { padding: 2, state: { dtype: record(field) } }), STOP);
	const plain = pickle(call("numpy", "dtype", text("f8"), pickle("\x89"), pickle("\x88")));
	const objects = pickle(call("numpy", "dtype", text("O8"), pickle("\x89"), pickle("\x88")));
	expect(await codes(array(plain))).toEqual([]);
	expect(await codes(array(objects))).toEqual(["pickle.malformed"]);
});
