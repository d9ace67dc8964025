import type { ReadAt, Reader } from "../../files/read-at.ts";
import { entrySource } from "../pickle/forward-source.ts";
import { runPickle } from "../pickle/pickle-machine.ts";
import type { PickleProblem, PickleRun } from "../pickle/pickle-run.ts";
import { readZip } from "../zip/read-zip.ts";
import type { ZipEntry } from "../zip/zip-archive.ts";
import { StorageTable } from "./storages.ts";

/** A torch file of today: a zip archive with the pickle `data.pkl` and an entry for each storage. */
export interface TorchArchive {
	/** Undefined when there is no data.pkl. */
	readonly pickle: { readonly entry: string; readonly run: PickleRun } | undefined;
	/** What is wrong besides what the pickle does. */
	readonly problems: readonly PickleProblem[];
	readonly storages: number;
	/** Names of entries that hold the raw bytes of storages. */
	readonly storageEntries: ReadonlySet<string>;
}

/** Reads a torch zip without executing it. Throws HeadgateError `archive.*` and `weights.cut-off`. */
export const readTorch: Reader<TorchArchive> = async (source, name, signal) => {
	const { entries } = await readZip(source, name, signal);
	const pickles = entries.filter((entry) => /(^|\/)data\.pkl$/.test(entry.name));
	const none = { pickle: undefined, storages: 0, storageEntries: new Set<string>() };
	if (pickles.length !== 1) {
		const found = pickles.length === 0 ? "no data.pkl" : `${pickles.length} entries data.pkl`;
		return {
			...none,
			problems: [{ code: "pickle.malformed", offset: 0, message: `has ${found}, a torch file has exactly one` }],
		};
	}
	const [pickle] = pickles as [ZipEntry];
	const storages = new StorageTable();
	const content = entrySource(source, pickle, name, signal);
	const run = await runPickle(content, 0, { signal, persistentId: storages.take });
	const folder = pickle.name.slice(0, -"data.pkl".length);
	const problems = [
		...trailing(content, run),
		...storages.problems.map(({ offset, message }) => problem(offset, message)),
		...sizeProblems(entries, folder, storages),
	];
	const storageEntries = new Set([...storages.byKey.keys()].map((key) => `${folder}data/${key}`));
	return { pickle: { entry: pickle.name, run }, problems, storages: storages.byKey.size, storageEntries };
};

function trailing(content: ReadAt, run: PickleRun): PickleProblem[] {
	return run.end === undefined || run.end === content.size ? [] : [problem(run.end, "the pickle is over, and more follows")];
}

/** A storage with fewer bytes than its tensors say is read beyond its end (CVE-2026-24747). */
function sizeProblems(entries: readonly ZipEntry[], folder: string, { byKey }: StorageTable): PickleProblem[] {
	const sizes = new Map(entries.map((entry) => [entry.name, entry.bytes]));
	const problems: PickleProblem[] = [];
	for (const { key, items, itemBytes, offset } of byKey.values()) {
		if (problems.length >= 100) break;
		const shown = `${folder}data/${key}`.slice(0, 120);
		const bytes = sizes.get(`${folder}data/${key}`);
		const expected = (items * itemBytes).toLocaleString("en");
		if (bytes === undefined) problems.push(problem(offset, `refers to ${shown}, which is not in the archive`));
		else if (bytes !== items * itemBytes) {
			problems.push(problem(offset, `says that ${shown} has ${expected} bytes, it has ${bytes.toLocaleString("en")}`));
		}
	}
	return problems;
}

function problem(offset: number, message: string): PickleProblem {
	return { code: "pickle.malformed", offset, message: `at offset ${offset.toLocaleString("en")} ${message}` };
}
