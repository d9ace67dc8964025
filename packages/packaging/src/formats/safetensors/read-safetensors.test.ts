import { describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { encodeSafetensors, headerLength, type SafetensorsSpec, withHeader } from "../../testing/encode-safetensors.ts";
import { DTYPE_BITS } from "./dtypes.ts";
import { layoutProblems } from "./layout-problems.ts";
import { readSafetensors } from "./read-safetensors.ts";
import { readSafetensorsHeader } from "./read-safetensors-header.ts";

const read = (bytes: Uint8Array) => readSafetensors(bytesSource(bytes), "model.safetensors");
const entry = (more: object): string => JSON.stringify({ dtype: "U8", shape: [1], data_offsets: [0, 1], ...more });
const one = Uint8Array.of(1);

describe("readSafetensors", () => {
	it("reads tensors of every type, in any order of the header", async () => {
		const tensors = Object.entries(DTYPE_BITS).map(([dtype, bits]) => ({
			name: `t.${dtype}`,
			dtype,
			shape: [2, 4],
			data: new Uint8Array(bits),
		}));
		const file = await read(encodeSafetensors(tensors, { format: "pt" }));
		expect(file.tensors.map(({ dtype }) => dtype)).toEqual(Object.keys(DTYPE_BITS));
		expect(file.notes).toEqual([{ key: "format", value: "pt", bytes: 2, script: false }]);
		const swapped = `{"b":${entry({ data_offsets: [1, 2] })},"a":${entry({})}}`;
		expect((await read(withHeader(swapped, one, one))).tensors).toHaveLength(2);
	});

	it("reads empty tensors, scalars, and a file without tensors", async () => {
		const none = new Uint8Array(0);
		const specs = [
			{ name: "first", shape: [0], data: none },
			{ name: "scalar", shape: [], data: new Uint8Array(4) },
			{ name: "last", shape: [2 ** 40, 0, 2 ** 40], data: none },
		];
		expect((await read(encodeSafetensors(specs))).tensors).toHaveLength(3);
		expect((await read(withHeader("{}"))).tensors).toEqual([]);
	});

	it("resolves escapes in names, and reads names in any script", async () => {
		const header = `{ "\\u0061\\n" : ${entry({})},\r\n\t"naïve/層.0" : ${entry({ data_offsets: [1, 2] })} }`;
		const { tensors } = await read(withHeader(header, one, one));
		expect(tensors.map(({ name }) => name)).toEqual(["a\n", "naïve/層.0"]);
	});

	it("reads a header of many windows, with values that are cut by none of them", async () => {
		const tensors = Array.from({ length: 9_000 }, (_, index) => ({
			name: `層.${index}.${"é".repeat(40)}`,
			shape: [1],
			data: new Uint8Array(4),
		}));
		const note = `${"ö".repeat(300_000)}"\\`;
		const file = await read(encodeSafetensors(tensors, { note, after: "x" }));
		expect(file.tensors).toHaveLength(9_000);
		expect(file.tensors.at(-1)).toMatchObject({ begin: 8_999 * 4, name: tensors.at(-1)!.name });
		expect(file.notes?.map(({ key, bytes }) => [key, bytes])).toEqual([
			["note", 600_004],
			["after", 1],
		]);
	});

	it("reads 50,000 tensors", async () => {
		const tensors = Array.from({ length: 50_000 }, (_, index) => ({
			name: `model.layers.${index}.weight`,
			shape: [1],
			data: new Uint8Array(4),
		}));
		expect((await read(encodeSafetensors(tensors))).tensors).toHaveLength(50_000);
	});

	it("lets others go on while it reads a large header in memory", async () => {
		let turns = 0;
		let reading = true;
		const count = (): void => {
			turns++;
			if (reading) setImmediate(count);
		};
		setImmediate(count);
		await read(withHeader(`{}${" ".repeat(20_000_000)}`));
		reading = false;
		expect(turns).toBeGreaterThan(20);
	});

	it("stops when it is told to", async () => {
		const stopped = AbortSignal.abort(new Error("enough"));
		await expect(readSafetensors(bytesSource(withHeader("{}")), "m", stopped)).rejects.toThrow("enough");
	});

	const half = (begin: number, end: number): string => entry({ shape: [end - begin], data_offsets: [begin, end] });
	it.each([
		["an empty file", new Uint8Array(0), "weights.empty", "0 bytes"],
		["a file of 5 bytes", new Uint8Array(5), "weights.cut-off", "5 bytes"],
		[
			"a header of 2^63 bytes",
			Buffer.concat([headerLength(2n ** 63n), Buffer.from("{}")]),
			"safetensors.header-length",
			"9,223,372,036,854,775,808",
		],
		["a header of 100,000,001 bytes", headerLength(100_000_001), "safetensors.header-length", "at most 100,000,000"],
		[
			"a header one byte longer than the file",
			Buffer.concat([headerLength(3), Buffer.from("{}")]),
			"safetensors.header-length",
			"the header has 3 bytes, the file ends after 2",
		],
		["an empty header", headerLength(0), "safetensors.header", "the header is empty"],
		["a header that is no object", withHeader("[]"), "safetensors.header", "offset 8: the header must begin with '{'"],
		["white space before the header", withHeader(" {}"), "safetensors.header", "must begin with '{'"],
		["something after the object", withHeader("{}x"), "safetensors.header", "offset 10: after the JSON object only spaces"],
		["a header that ends too early", withHeader(`{"a":${entry({})}`), "safetensors.header", "expected '}'"],
		["a trailing comma", withHeader(`{"a":${entry({})},}`, one), "safetensors.header", "expected a string, found '}"],
		["a raw line break in a name", withHeader(`{"a\n":${entry({})}}`, one), "safetensors.header", "raw control character 10"],
		["half a surrogate pair", withHeader(`{"\\ud800":${entry({})}}`, one), "safetensors.header", "half a surrogate pair"],
		["an unknown escape", withHeader(`{"\\x":${entry({})}}`, one), "safetensors.header", "escape"],
		[
			"an unknown key",
			withHeader(`{"a":${entry({ device: "cpu" })}}`, one),
			"safetensors.header",
			"tensor 'a': the key 'device' is unknown",
		],
		[
			"an entry without dtype",
			withHeader('{"a":{"shape":[],"data_offsets":[0,1]}}', one),
			"safetensors.header",
			"it has no dtype",
		],
		[
			"an entry that is a list",
			withHeader('{"a":["U8",[1],[0,1]]}', one),
			"safetensors.header",
			"tensor 'a': its entry: expected '{'",
		],
		[
			"a dtype that is a number",
			withHeader(`{"a":${entry({ dtype: 1 })}}`, one),
			"safetensors.header",
			"dtype: expected a string",
		],
		[
			"a shape of texts",
			withHeader(`{"a":${entry({ shape: ["1"] })}}`, one),
			"safetensors.header",
			'shape: expected a number, found \'"1"',
		],
		[
			"a number that begins with 0",
			withHeader('{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}', one),
			"safetensors.header",
			"expected a number, found '01]",
		],
		[
			"metadata that are no texts",
			withHeader('{"__metadata__":{"a":1}}'),
			"safetensors.header",
			"the value of 'a' in __metadata__: expected a string",
		],
		["metadata that are null", withHeader('{"__metadata__":null}'), "safetensors.header", "__metadata__ must be an object"],
		[
			"a name twice",
			withHeader(`{"a":${entry({})},"\\u0061":${entry({})}}`, one),
			"safetensors.duplicate-key",
			"the name 'a' stands twice",
		],
		[
			"a key twice",
			withHeader('{"a":{"dtype":"U8","shape":[],"shape":[],"data_offsets":[0,1]}}', one),
			"safetensors.duplicate-key",
			"the key 'shape' of tensor 'a'",
		],
		[
			"a note twice",
			withHeader('{"__metadata__":{"a":"1","a":"2"}}'),
			"safetensors.duplicate-key",
			"the key 'a' of __metadata__",
		],
		[
			"a name of 64 KiB",
			withHeader(`{"${"n".repeat(300_000)}":${entry({})}}`, one),
			"safetensors.limit",
			"longer than this reader allows",
		],
		[
			"the type F7",
			withHeader(`{"a":${entry({ dtype: "F7" })}}`, one),
			"safetensors.dtype",
			"tensor 'a': the dtype 'F7' is unknown",
		],
		["the type constructor", withHeader(`{"a":${entry({ dtype: "constructor" })}}`, one), "safetensors.dtype", "'constructor'"],
		[
			"a shape of [2^40, 2^40]",
			withHeader(`{"a":${entry({ shape: [2 ** 40, 2 ** 40] })}}`, one),
			"safetensors.shape",
			"takes more than 2^64 bits",
		],
		[
			"that shape followed by 0",
			withHeader(`{"a":${entry({ shape: [2 ** 40, 2 ** 40, 0], data_offsets: [0, 0] })}}`),
			"safetensors.shape",
			"2^64",
		],
		["a negative dimension", withHeader(`{"a":${entry({ shape: [-1] })}}`, one), "safetensors.shape", "the shape has -1"],
		["a fraction", withHeader(`{"a":${entry({ shape: [1.5] })}}`, one), "safetensors.shape", "the shape has 1.5"],
		[
			"a dimension of 2^53",
			withHeader('{"a":{"dtype":"U8","shape":[9007199254740992],"data_offsets":[0,1]}}', one),
			"safetensors.shape",
			"9007199254740992",
		],
		[
			"bits that fill no byte",
			withHeader(`{"a":${entry({ dtype: "F4", shape: [3], data_offsets: [0, 1] })}}`, one),
			"safetensors.shape",
			"12 bits",
		],
		[
			"fewer bytes than the shape takes",
			withHeader(`{"a":${entry({ shape: [2] })}}`, one),
			"safetensors.shape",
			"takes 2 bytes, data_offsets [0, 1] give 1",
		],
		[
			"offsets that run backwards",
			withHeader(`{"a":${entry({ data_offsets: [1, 0] })}}`, one),
			"safetensors.offsets",
			"it ends at 0, before it begins at 1",
		],
		[
			"three offsets",
			withHeader(`{"a":${entry({ data_offsets: [0, 1, 2] })}}`, one),
			"safetensors.offsets",
			"data_offsets are [0, 1, 2]",
		],
		[
			"an overlap",
			withHeader(`{"a":${half(0, 8)},"b":${half(4, 12)}}`, new Uint8Array(12)),
			"safetensors.overlap",
			"tensors 'a' [0, 8] and 'b' [4, 12] overlap: the second begins at 4, expected 8",
		],
		[
			"a hole of 8 bytes",
			withHeader(`{"a":${half(0, 8)},"b":${half(16, 24)}}`, new Uint8Array(24)),
			"safetensors.hole",
			"8 bytes belong to no tensor: tensor 'a' ends at 8, tensor 'b' begins at 16",
		],
		[
			"a hole at the start",
			withHeader(`{"a":${half(4, 8)}}`, new Uint8Array(8)),
			"safetensors.hole",
			"4 bytes belong to no tensor: the data begin at 0",
		],
		[
			"an empty tensor inside another",
			withHeader(`{"a":${half(0, 8)},"b":${half(4, 4)}}`, new Uint8Array(8)),
			"safetensors.overlap",
			"'b' [4, 4]",
		],
		[
			"4 KiB behind the end",
			withHeader(`{"a":${entry({})}}`, one, new Uint8Array(4096)),
			"safetensors.trailing",
			"4,096 bytes follow the last tensor from offset",
		],
		[
			"data that are cut off",
			withHeader(`{"a":${half(0, 8)}}`, new Uint8Array(5)),
			"weights.cut-off",
			"the tensors take 8 bytes after the header, the file has 5",
		],
	] as [string, Uint8Array, string, string][])("refuses %s", async (_, bytes, code, words) => {
		await expect(read(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(words), path: "model.safetensors" });
	});

	it("refuses bytes that are not UTF-8, with their place", async () => {
		const bytes = Buffer.from(withHeader(`{"ab":${entry({})}}`, one));
		bytes[11] = 0xff;
		await expect(read(bytes)).rejects.toMatchObject({
			code: "safetensors.header",
			message: expect.stringContaining("offset 11: the header is not UTF-8"),
		});
	});

	it("refuses a file that is cut off anywhere", async () => {
		const spec: SafetensorsSpec = { name: "a", shape: [2], data: new Uint8Array(8) };
		const whole = encodeSafetensors([spec], { format: "pt" });
		for (let size = 0; size < whole.length; size++) {
			await expect(read(whole.subarray(0, size)), `${size} bytes`).rejects.toMatchObject({
				code: expect.stringMatching(/^weights\.(empty|cut-off)$|^safetensors\.header-length$/),
			});
		}
	});
});

describe("layoutProblems", () => {
	it("names everything that is wrong, not only the first", async () => {
		const header = `{"a":${entry({ dtype: "F7" })},"b":${entry({ shape: [3], data_offsets: [1, 2] })},"c":${entry({ data_offsets: [5, 6] })}}`;
		const read = await readSafetensorsHeader(bytesSource(withHeader(header, new Uint8Array(9))), "m");
		expect(layoutProblems(read).map(({ code }) => code)).toEqual([
			"safetensors.dtype",
			"safetensors.shape",
			"safetensors.hole",
			"safetensors.trailing",
		]);
	});

	it("stops after 100", async () => {
		const header = Array.from({ length: 300 }, (_, index) => `"t${index}":${entry({ dtype: "F7" })}`).join(",");
		const read = await readSafetensorsHeader(bytesSource(withHeader(`{${header}}`, one)), "m");
		expect(layoutProblems(read)).toHaveLength(100);
	});
});
