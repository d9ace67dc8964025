import { HeadgateError } from "@headgate/protocol";
import { PYTHON_MISSING, pythonWith } from "@headgate/testkit/python";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { encodeModel, floats, message, number, text, value } from "../../testing/encode-onnx.ts";
import { onnxSubject } from "../../testing/mutations/onnx-subject.ts";
import { mutationOf } from "../../testing/mutations/run-mutations.ts";
import { pythonAnswers } from "../../testing/python-answers.ts";
import { readOnnx } from "./read-onnx.ts";

const CASES = 1_500;

/** Where Headgate refuses on purpose what protobuf lets through as an unknown field, and the words of its message. */
const STRICTER: Readonly<Record<string, RegExp>> = {
	"a known field of another wire type": /has wire type \d, expected \d/,
	"a file without bytes": /^weights\.empty/,
	"numbers that no version, type or dimension can be": /, too large|a dimension is -/,
	"groups, which no writer has used for 15 years": /has the unknown wire type [34]/,
};

async function answerOf(bytes: Uint8Array): Promise<string | null> {
	try {
		await readOnnx(bytesSource(bytes), "model.onnx");
		return null;
	} catch (error) {
		if (!(error instanceof HeadgateError)) throw error;
		return `${error.code}: ${error.message}`;
	}
}

/** Sound models that use what the reader itself has no use for. */
const SEEDS = [
	...onnxSubject.seeds(),
	Buffer.concat([
		encodeModel({
			tensors: [{ name: "w", dims: [2, 2], raw: floats(1, 2, 3, 4) }],
			attributes: [message(5, text(1, "a"), message(7, floats(1, 2)), message(8, number(1, 1)), number(20, 6))],
			output: message(12, text(1, "s"), message(2, message(4, message(1, message(2, message(1, number(1, 1))))))),
		}),
		message(14, text(1, "key"), text(2, "value")),
		message(25, text(1, "f"), message(9, text(1, "d"), number(2, 1)), value(12, "v", [1])),
	]),
];

describe.skipIf(PYTHON_MISSING)("readOnnx beside onnx 1.23.2 for Python", () => {
	let python = "";
	beforeAll(async () => {
		python = await pythonWith("readers.txt");
	}, 600_000);

	it("reads the sound models that both start from, which the other's checker finds sound where they name an operator set", async () => {
		expect(await pythonAnswers(python, "onnx", "onnx.load_from_string", SEEDS)).toEqual(SEEDS.map(() => null));
		for (const seed of SEEDS) expect(await answerOf(seed)).toBe(null);
		const [plain] = await pythonAnswers(python, "onnx", "lambda data: onnx.checker.check_model(onnx.load_from_string(data))", [
			encodeModel(),
		]);
		expect(plain).toBe(null);
	});

	it("accepts nothing that protobuf cannot parse, and refuses of the rest only what it refuses on purpose", {
		timeout: 120_000,
	}, async () => {
		const files = Array.from({ length: CASES }, (_, index) => mutationOf(onnxSubject, SEEDS, index));
		const reference = await pythonAnswers(python, "onnx", "onnx.load_from_string", files);
		const differences: string[] = [];
		for (const [index, bytes] of files.entries()) {
			const ours = await answerOf(bytes);
			if ((ours === null) === (reference[index] === null)) continue;
			if (ours !== null && Object.values(STRICTER).some((words) => words.test(ours))) continue;
			differences.push(`case ${index}: ours ${ours ?? "reads it"}, theirs ${reference[index] ?? "reads it"}`);
		}
		expect(differences).toEqual([]);
		expect(reference.filter((answer) => answer !== null).length).toBeGreaterThan(CASES / 4);
	});
});
