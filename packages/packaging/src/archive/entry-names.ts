import { foldedPath } from "../files/package-path.ts";
import { archiveError, count, shownName } from "./archive-error.ts";

/** As many entries as an archive may have, folders included: as many as a package may have paths. */
export const MAX_ENTRIES = 10_000;
const MAX_NAME_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

/** The names of one archive, judged in their order. */
export class EntryNames {
	readonly #archive: string;
	/** The spelling of each file, and of each folder named or implied, by its folded form. */
	readonly #spellings = new Map<string, { readonly path: string; readonly isFolder: boolean }>();

	constructor(archive: string) {
		this.#archive = archive;
	}

	/**
	 * Takes a name without a closing slash. Throws HeadgateError `archive.path`, `archive.duplicate` and `archive.too-many-files`;
	 * a folder may be named again, in the same spelling.
	 */
	add(path: string, isFolder: boolean): void {
		const problem = nameProblem(path);
		if (problem !== undefined) {
			throw archiveError("archive.path", this.#archive, `the entry ${shownName(path)} cannot be kept: ${problem}`);
		}
		const folded = foldedPath(path);
		const known = this.#spellings.get(folded);
		if (known !== undefined && !(known.path === path && known.isFolder && isFolder)) throw this.#twins(path, known.path);
		this.#addFolders(path, folded);
		this.#take(folded, path, isFolder);
	}

	/** Folders above an entry, from the nearest one up to the first that is known. */
	#addFolders(path: string, folded: string): void {
		let foldedEnd = folded.lastIndexOf("/");
		for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
			const folder = path.slice(0, end);
			const key = folded.slice(0, foldedEnd);
			const known = this.#spellings.get(key);
			if (known !== undefined && (known.path !== folder || !known.isFolder)) throw this.#twins(folder, known.path);
			if (known !== undefined) return;
			this.#take(key, folder, true);
			foldedEnd = folded.lastIndexOf("/", foldedEnd - 1);
		}
	}

	#take(folded: string, path: string, isFolder: boolean): void {
		this.#spellings.set(folded, { path, isFolder });
		if (this.#spellings.size > MAX_ENTRIES) throw tooManyEntries(this.#archive);
	}

	#twins(path: string, other: string): Error {
		const message =
			path === other
				? `the entry ${shownName(path)} stands twice`
				: `the entries ${shownName(other)} and ${shownName(path)} are one path on some file systems`;
		return archiveError("archive.duplicate", this.#archive, message);
	}
}

export function tooManyEntries(archive: string, said?: number): Error {
	const more = said === undefined ? "" : ` (it says ${count(said)})`;
	return archiveError("archive.too-many-files", archive, `it has more than ${count(MAX_ENTRIES)} files and folders${more}`);
}

/** Why an entry must not be written under its name, or undefined. What is only unwise is left to the package's own rules. */
function nameProblem(path: string): string | undefined {
	if (path === "") return "it has no name";
	if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return "its name contains a control character";
	if (path.includes("\\")) return "its name contains a backslash";
	if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "its name is absolute";
	if (!path.isWellFormed() || path.includes("\ufffd")) return "its name is not valid Unicode";
	if (Buffer.byteLength(path) > MAX_NAME_BYTES) return `its name is longer than ${count(MAX_NAME_BYTES)} bytes`;
	for (const segment of path.split("/")) {
		if (segment === "..") return "its name points outside";
		if (segment === "" || segment === ".") return "its name has an empty or '.' segment";
		if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `a segment of its name is longer than ${MAX_SEGMENT_BYTES} bytes`;
	}
	return undefined;
}
