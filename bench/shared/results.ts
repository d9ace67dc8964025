import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, BenchResult } from "./bench.ts";
import type { Machine } from "./machine.ts";
import { sourceRevision } from "./versions.ts";

const FOLDER = join(import.meta.dirname, "..", "results");

/** Keeps a result where it is read: bench/results/NAME.json, the newest only; older ones are in the history. */
export async function writeResult(
	bench: Bench,
	options: Readonly<Record<string, number>>,
	machine: Machine,
	result: BenchResult,
): Promise<string> {
	await mkdir(FOLDER, { recursive: true });
	const file = join(FOLDER, `${bench.name}.json`);
	const { figure, first, meetsFirst, goal, meetsGoal, versions, measured } = result;
	const kept = {
		bench: bench.name,
		about: bench.about,
		date: new Date().toISOString(),
		figure,
		first,
		meetsFirst,
		goal,
		meetsGoal,
		machine,
		versions: { headgate: sourceRevision(), ...versions },
		options,
		measured,
	};
	await writeFile(file, `${JSON.stringify(kept, null, "\t")}\n`);
	return file;
}
