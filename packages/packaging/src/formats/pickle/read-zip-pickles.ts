import { HeadgateError } from "@headgate/protocol";
import { shownName } from "../../archive/archive-error.ts";
import type { ReadAt, Reader } from "../../files/read-at.ts";
import { sniffContainer } from "../sniff.ts";
import { readTorch } from "../torch/read-torch.ts";
import { readZip } from "../zip/read-zip.ts";
import { entrySource } from "./forward-source.ts";
import type { PickleProblem } from "./pickle-run.ts";
import { readPickle } from "./read-pickle.ts";

/** Archives in archives, the outermost counted. */
const MAX_DEPTH = 2;
/** Of what is wrong, and of pickles that are harmless and tell nothing. */
const MAX_FOUND = 100;
/** Of an entry that is a pickle whatever it begins like. */
export const PICKLE_NAME = /\.(pkl|pickle|joblib)$/i;

/** A pickle in an archive. */
export interface ZipPickle {
	/** As in `'archive/data.pkl'`, with the outer archives' entries before it. */
	readonly entry: string;
	readonly problems: readonly PickleProblem[];
	readonly sklearnVersions: readonly string[];
}

export interface ZipPickles {
	readonly pickles: readonly ZipPickle[];
	/** Entries that could not be looked into. */
	readonly errors: readonly HeadgateError[];
}

/** What an archive holds, while it is read. */
export class FoundPickles implements ZipPickles {
	readonly pickles: ZipPickle[] = [];
	readonly errors: HeadgateError[] = [];
	#wrong = 0;
	#harmless = 0;

	/** More would change nothing: harmless pickles never end the reading, or the hostile one would stand behind them. */
	get isEnough(): boolean {
		return this.#wrong >= MAX_FOUND;
	}

	add(pickle: ZipPickle): void {
		if (pickle.problems.length > 0) this.#wrong++;
		else if (pickle.sklearnVersions.length === 0 && this.#harmless++ >= MAX_FOUND) return;
		this.pickles.push(pickle);
	}

	fail(error: HeadgateError): void {
		this.#wrong++;
		this.errors.push(error);
	}
}

/** Reads every entry of a zip archive that is called or begins like a pickle, whatever its name. Throws HeadgateError `archive.*`. */
export const readZipPickles: Reader<ZipPickles> = async (source, name, signal) => {
	const found = new FoundPickles();
	await readEntries(source, name, "", 1, found, signal);
	return found;
};

async function readEntries(
	source: ReadAt,
	name: string,
	outer: string,
	depth: number,
	found: FoundPickles,
	signal: AbortSignal | undefined,
): Promise<void> {
	const { entries } = await readZip(source, name, signal);
	const isTorch = entries.some((entry) => /(^|\/)data\.pkl$/.test(entry.name));
	const torch = isTorch ? await readTorch(source, name, signal) : undefined;
	if (torch?.pickle !== undefined) {
		const { entry, run } = torch.pickle;
		found.add({ entry: outer + shownName(entry), problems: run.problems, sklearnVersions: [...run.sklearnVersions] });
	}
	for (const entry of entries) {
		if (found.isEnough) return;
		if (entry.isFolder || entry.name === torch?.pickle?.entry) continue;
		const shown = outer + shownName(entry.name);
		try {
			const content = entrySource(source, entry, name, signal);
			if ((await sniffContainer(content)) === "zip") {
				if (depth < MAX_DEPTH) await readEntries(content, `${name}, entry ${shown}`, `${shown}, `, depth + 1, found, signal);
				else found.fail(tooDeep(name, shown));
				continue;
			}
			const scan = await readPickle(content, `${name}, entry ${shown}`, signal);
			const isRaw = torch?.storageEntries.has(entry.name) === true;
			if (!PICKLE_NAME.test(entry.name) && (scan.form === "other" || (isRaw && !scan.problems.some(isTelling)))) continue;
			const { problems, sklearnVersions } = scan;
			found.add({ entry: shown, problems, sklearnVersions });
		} catch (error) {
			if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
			// A packed entry that is no pickle by its name is another check's.
			if (error.code !== "pickle.packed" || PICKLE_NAME.test(entry.name)) found.fail(error);
		}
	}
}

/** Raw numbers may begin like a pickle by chance; they do not name a function and call it. */
function isTelling({ code, message }: PickleProblem): boolean {
	return code === "pickle.nested" || (code === "pickle.global" && message.includes(" calls "));
}

function tooDeep(name: string, entry: string): HeadgateError {
	return new HeadgateError("pickle.limit", `${name}: ${entry} is an archive in an archive in an archive`, { path: name });
}
