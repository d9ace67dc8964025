import { describe, expect, it } from "vitest";
import { bytesSource } from "../files/read-at.ts";
import { call, legacyTorch, NONE, PROTO4, pickle, STOP, text, torchTensor } from "../testing/encode-pickle.ts";
import { encodeZip } from "../testing/encode-zip.ts";
import { formatByContent, formatByName } from "./detect-format.ts";

const of = (content: Uint8Array | string) => formatByContent(bytesSource(Buffer.from(content as string, "latin1")));
const zip = (...names: string[]) => encodeZip(names.map((name) => ({ name, content: "x" })));

describe("the format of a file by its content", () => {
	it.each([
		["torch", "a zip with data.pkl", zip("archive/data.pkl", "archive/data/0")],
		["torch", "TorchScript", zip("m/constants.pkl", "m/code/x.py")],
		["npz", "a zip of arrays", zip("a.npy", "b.npy")],
		["keras", "a zip with a configuration and weights", zip("config.json", "metadata.json", "model.weights.h5")],
		[undefined, "another zip", zip("a.txt", "b.npy")],
		[undefined, "an empty zip", zip()],
		[
			"torch",
			"the old form of torch",
			legacyTorch(torchTensor("FloatStorage", "0", 1), [{ items: 1, content: Buffer.alloc(4) }]),
		],
		["pickle", "protocol 4", pickle(PROTO4, "]", "\x94", text("a"), "a", STOP)],
		["pickle", "protocol 0", Buffer.from("cposix\nsystem\n(S'id'\ntR.")],
		["pickle", "protocol 1 behind padding", pickle("N0".repeat(3_000), call("posix", "system"), STOP)],
		[undefined, "a pickle that is nothing but None", pickle(NONE, STOP)],
		[undefined, "text", Buffer.from("cat\ndog\nbird\n")],
		[
			"safetensors",
			"a header length that begins like a pickle",
			Buffer.concat([Buffer.from([0x80, 4, 0, 0, 0, 0, 0, 0]), Buffer.from("{}".padEnd(1152))]),
		],
		[
			undefined,
			"raw numbers that begin with an opcode of the extension registry",
			Buffer.from([0x82, 0x11, 0x3c, 0xbd, 0, 1, 2]),
		],
		["pickle", "a pickle that takes something of the extension registry", Buffer.from("\x80\x02\x82\x01.", "latin1")],
		["hdf5", "HDF5", Buffer.from("\x89HDF\r\n\x1a\n", "latin1")],
	])("is %s: %s", async (format, _, content) => {
		expect(await formatByContent(bytesSource(content))).toBe(format);
	});

	it("is not known for a zip that cannot be read", async () => {
		expect(await of("PK\x03\x04 and nothing else")).toBeUndefined();
	});

	it("is said by the name too", () => {
		expect(["a.pkl", "a.JOBLIB", "x/pytorch_model-1.bin", "a.npz", "a.txt"].map(formatByName)).toEqual([
			"pickle",
			"joblib",
			"torch",
			"npz",
			undefined,
		]);
	});
});
