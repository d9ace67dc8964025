import { HeadgateError } from "@headgate/protocol";
import { PYTHON_MISSING, pythonWith } from "@headgate/testkit/python";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { seededRandom } from "../../testing/mutations/random.ts";
import { pythonAnswers } from "../../testing/python-answers.ts";
import { oddSafetensors, soundSafetensors } from "../../testing/random-safetensors.ts";
import { readSafetensors } from "./read-safetensors.ts";

const SOUND = 100;
const ODD = 1_000;

/** Where Headgate refuses on purpose what the reference reader lets through, and the words of its message. */
const STRICTER: Readonly<Record<string, RegExp>> = {
	"equal names of tensors, or of notes": /stands twice in the header/,
	"white space before the header": /the header must begin with '\{'/,
	"white space after the header that is no space": /after the JSON object only spaces may follow/,
	"keys of an entry besides the three": /the key '.*' is unknown/,
	"an entry as a list": /its entry: expected '\{'/,
	"a dtype as an object": /dtype: expected a string/,
	"metadata that are null": /__metadata__ must be an object/,
	"a dimension from 2^53 on, where another is 0": /the shape has \d+, expected whole numbers/,
};

async function answerOf(bytes: Uint8Array): Promise<string | null> {
	try {
		await readSafetensors(bytesSource(bytes), "model.safetensors");
		return null;
	} catch (error) {
		if (!(error instanceof HeadgateError)) throw error;
		return `${error.code}: ${error.message}`;
	}
}

describe.skipIf(PYTHON_MISSING)("readSafetensors beside safetensors 0.8.0 for Python", () => {
	let python = "";
	beforeAll(async () => {
		python = await pythonWith("readers.txt");
	}, 600_000);

	const theirs = (files: readonly Uint8Array[]) => pythonAnswers(python, "safetensors", "safetensors.deserialize", files);

	it("reads every sound file that the other reads", { timeout: 120_000 }, async () => {
		const files = Array.from({ length: SOUND }, (_, index) => soundSafetensors(seededRandom(index)));
		expect(await theirs(files)).toEqual(Array(SOUND).fill(null));
		expect(await Promise.all(files.map(answerOf))).toEqual(Array(SOUND).fill(null));
	});

	it("refuses what the other refuses, and of the rest only what it refuses on purpose", { timeout: 120_000 }, async () => {
		const files = Array.from({ length: ODD }, (_, index) => oddSafetensors(seededRandom(10_000 + index)));
		const reference = await theirs(files);
		const seen = new Set<string>();
		const differences: string[] = [];
		for (const [index, bytes] of files.entries()) {
			const ours = await answerOf(bytes);
			if ((ours === null) === (reference[index] === null)) continue;
			const rule = Object.entries(STRICTER).find(([, words]) => ours !== null && words.test(ours))?.[0];
			if (rule === undefined)
				differences.push(`case ${index}: ours ${ours ?? "reads it"}, theirs ${reference[index] ?? "reads it"}`);
			else seen.add(rule);
		}
		expect(differences).toEqual([]);
		expect([...seen].sort()).toEqual(Object.keys(STRICTER).sort());
		expect(reference.filter((answer) => answer === null).length).toBeGreaterThan(ODD / 10);
		expect(reference.filter((answer) => answer !== null).length).toBeGreaterThan(ODD / 3);
	});
});
