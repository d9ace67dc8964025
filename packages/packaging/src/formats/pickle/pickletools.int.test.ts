import { PYTHON_MISSING } from "@headgate/testkit/python";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { mutateBytes } from "../../testing/mutations/mutate-bytes.ts";
import { seededRandom } from "../../testing/mutations/random.ts";
import { pythonPickles, pythonReadings } from "../../testing/python-opcodes.ts";
import { OpcodeReader } from "./opcode-reader.ts";
import { OPCODES } from "./opcodes.ts";
import { readPickle } from "./read-pickle.ts";

/** The opcodes up to STOP or to the break. */
async function walk(bytes: Uint8Array): Promise<{ opcodes: [string, number][]; broken: string | undefined }> {
	const reader = new OpcodeReader(bytesSource(bytes), 0);
	const opcodes: [string, number][] = [];
	for (;;) {
		if (reader.next()) {
			const { name } = OPCODES[reader.opcode]!;
			opcodes.push([name, reader.at]);
			if (name === "STOP") return { opcodes, broken: undefined };
		} else if (reader.broken !== undefined) return { opcodes, broken: reader.broken.message };
		else await reader.fill();
	}
}

/** Some hundred pickles that Python wrote, and three thousand that are damaged. */
function cases(): Uint8Array[] {
	const random = seededRandom(11);
	const sound = pythonPickles();
	const short = sound.filter(({ length }) => length < 4_000);
	return [...sound, ...Array.from({ length: 3_000 }, () => mutateBytes(random.pick(short), random))].filter(
		({ length }) => length > 0,
	);
}

describe.skipIf(PYTHON_MISSING)("Python's pickletools and the walker", () => {
	it("agree on every opcode and offset, and what pickletools refuses is refused", { timeout: 120_000 }, async () => {
		const pickles = cases();
		const readings = pythonReadings(pickles);
		expect(readings).toHaveLength(pickles.length);
		const count = { sound: 0, refusedByBoth: 0, refusedHere: 0 };
		for (const [index, bytes] of pickles.entries()) {
			const python = readings[index]!;
			const own = await walk(bytes);
			const shared = Math.min(own.opcodes.length, python.opcodes.length);
			const shown = `case ${index}: ${python.error ?? "read"}; ${own.broken ?? "read"}`;
			expect(own.opcodes.slice(0, shared), shown).toEqual(python.opcodes.slice(0, shared));
			const { problems } = await readPickle(bytesSource(bytes), "m.pkl");
			if (python.error !== null) {
				expect(problems, shown).not.toEqual([]);
				count.refusedByBoth++;
			} else {
				// Both ended at the same STOP, but for what only unpicklers refuse: frames.
				if (own.broken === undefined) expect(own.opcodes, shown).toHaveLength(python.opcodes.length);
				else expect(own.broken, shown).toMatch(/frame|FRAME/);
				count[problems.length === 0 ? "sound" : "refusedHere"]++;
			}
		}
		expect(count.sound).toBeGreaterThan(400);
		expect(count.refusedByBoth).toBeGreaterThan(1_000);
	});

	it("agree that all that Python wrote is sound", async () => {
		for (const bytes of pythonPickles()) {
			const { problems } = await readPickle(bytesSource(bytes), "m.pkl");
			expect(problems).toEqual([]);
		}
	});
});
