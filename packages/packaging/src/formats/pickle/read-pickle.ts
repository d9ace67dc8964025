import { HeadgateError } from "@headgate/protocol";
import type { ReadAt, Reader } from "../../files/read-at.ts";
import { isLegacyTorch, readLegacyTorch } from "../torch/legacy-torch.ts";
import { packingOf, UNPACKABLE, unpackedSource } from "./packed-source.ts";
import { runPickle } from "./pickle-machine.ts";
import { isPickle, type PickleProblem, type PickleRun } from "./pickle-run.ts";

/** For all pickles of one file together. */
const MAX_OPCODES = 50_000_000;
/** Pickles one after the other, as several calls of pickle.dump leave them. */
const MAX_PICKLES = 10_000;

/** What a file would do if it were unpickled, found without unpickling it. */
export interface PickleScan {
	/** What it is by its bytes; "other" for what breaks off before anything happens, such as text. */
	readonly form: "pickle" | "torch" | "other";
	/** Undone before it was read. */
	readonly packing: "gzip" | "zlib" | undefined;
	/** Empty for a pickle that does nothing but what is allowed. */
	readonly problems: readonly PickleProblem[];
	/** Every class and function it names, with the offset of the first use. */
	readonly globals: readonly { readonly name: string; readonly offset: number; readonly isAllowed: boolean }[];
	readonly pickles: number;
	readonly opcodes: number;
	/** Arrays of joblib. */
	readonly arrays: number;
	/** Versions that scikit-learn wrote into its estimators. */
	readonly sklearnVersions: readonly string[];
}

/**
 * Reads a file as a pickle, a joblib file or a torch file of the old form, without executing it; of anything else it reads the first
 * opcodes. Throws HeadgateError `pickle.packed` for a packing that cannot be undone, `pickle.limit`, and `archive.*` and
 * `weights.cut-off` for a damaged gzip or zlib stream.
 */
export const readPickle: Reader<PickleScan> = async (source, name, signal) => {
	const packing = await packingOf(source);
	if (packing !== undefined && !UNPACKABLE.has(packing)) {
		const message = `${name}: it is packed by ${packing}, which cannot be undone here, so that nobody can look into it`;
		throw new HeadgateError("pickle.packed", message, { path: name });
	}
	const how = packing as "gzip" | "zlib" | undefined;
	const plain = how === undefined ? source : unpackedSource(source, how, name, signal);
	if (await isLegacyTorch(plain)) return scanOf("torch", how, await readLegacyTorch(plain, signal));
	const { runs, problem } = await runAll(plain, signal);
	return scanOf(isPickle(runs[0]!) ? "pickle" : "other", how, runs, problem);
};

/** One pickle after the other to the end of the file: what stands behind the first is read by the next call of pickle.load. */
async function runAll(
	source: ReadAt,
	signal: AbortSignal | undefined,
): Promise<{ readonly runs: readonly PickleRun[]; readonly problem?: PickleProblem }> {
	const budget = { opcodes: MAX_OPCODES };
	const runs: PickleRun[] = [];
	for (let at = 0; ; ) {
		const run = await runPickle(source, at, { signal, budget });
		runs.push(run);
		if (run.end === undefined) {
			if (at === 0) return { runs };
			const message = `at offset ${at.toLocaleString("en")} the pickle is over, and what follows is no pickle`;
			runs.push({ ...runs.pop()!, problems: run.problems.filter(({ code }) => code !== "pickle.malformed") });
			return { runs, problem: { code: "pickle.malformed", offset: at, message } };
		}
		at = run.end;
		if ((await source.read(at, 1)).length === 0) return { runs };
		if (runs.length < MAX_PICKLES) continue;
		const message = `at offset ${at.toLocaleString("en")} begins the ${(MAX_PICKLES + 1).toLocaleString("en")}th pickle`;
		return { runs, problem: { code: "pickle.limit", offset: at, message } };
	}
}

function scanOf(
	form: PickleScan["form"],
	packing: PickleScan["packing"],
	runs: readonly PickleRun[],
	problem?: PickleProblem,
): PickleScan {
	return {
		form,
		packing,
		problems: [...runs.flatMap((run) => run.problems), ...(problem === undefined ? [] : [problem])].slice(0, 100),
		globals: runs.flatMap((run) =>
			run.globals.map(({ module, name, at, use }) => ({ name: `${module}.${name}`, offset: at, isAllowed: use !== undefined })),
		),
		pickles: runs.length,
		opcodes: runs.reduce((sum, run) => sum + run.opcodes, 0),
		arrays: runs.reduce((sum, run) => sum + run.arrays, 0),
		sklearnVersions: [...new Set(runs.flatMap((run) => [...run.sklearnVersions]))],
	};
}
