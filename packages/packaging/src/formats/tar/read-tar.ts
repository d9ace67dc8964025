import { setImmediate } from "node:timers/promises";
import { HeadgateError } from "@headgate/protocol";
import { archiveError, count, shownName } from "../../archive/archive-error.ts";
import { EntryNames } from "../../archive/entry-names.ts";
import type { Reader } from "../../files/read-at.ts";
import { windowedSource } from "../../files/windowed-source.ts";
import { type ByteFeed, fileFeed, isZero } from "./byte-feed.ts";
import { describedEntry } from "./described-entry.ts";
import { cutOff, type TarArchive, type TarEntry } from "./tar-archive.ts";
import { BLOCK_BYTES } from "./tar-header.ts";

const WINDOW_BYTES = 64 * 1024;
const ENTRIES_BETWEEN_PAUSES = 256;
const MAX_PROBLEMS = 100;

/** Reads the headers of a tar archive and no content. Throws HeadgateError `archive.*` and `weights.cut-off` for the first thing that is wrong. */
export const readTar: Reader<TarArchive> = async (source, name, signal) => {
	const entries: TarEntry[] = [];
	const feed = fileFeed(windowedSource(source, WINDOW_BYTES, signal), signal);
	const stream = tarEntries(feed, name, (problem) => {
		throw problem;
	});
	let step = await stream.next();
	for (; !step.done; step = await stream.next()) entries.push(step.value);
	return { entries, trailingBytes: step.value };
};

/**
 * The entries of a tar archive, each as soon as its header is read: its content are the next bytes of the feed, as many as are wanted.
 * Returns the number of bytes after the archive's end. What is wrong with one entry goes to `report`; throws HeadgateError where
 * nothing can be read any more.
 */
export async function* tarEntries(
	feed: ByteFeed,
	name: string,
	report: (problem: HeadgateError) => void,
): AsyncGenerator<TarEntry, number> {
	const names = new EntryNames(name);
	let problems = 0;
	for (let seen = 1; ; seen++) {
		if (seen % ENTRIES_BETWEEN_PAUSES === 0) await setImmediate();
		const described = await describedEntry(feed, name);
		if (described === undefined) return closing(feed, name);
		const { entry, problem } = described;
		try {
			if (problem !== undefined) throw archiveError(problem.code, name, `the entry ${shownName(entry.name)} ${problem.message}`);
			// `tar c .` begins with the folder itself.
			if (entry.name !== "" || !entry.isFolder) {
				names.add(entry.name, entry.isFolder);
				yield entry;
			}
		} catch (error) {
			if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
			report(error);
			if (++problems === MAX_PROBLEMS || error.code === "archive.too-many-files") return 0;
		}
		const end = entry.dataAt + Math.ceil(entry.bytes / BLOCK_BYTES) * BLOCK_BYTES;
		if (!(await feed.skip(end - feed.at()))) throw cutOff(name, `inside ${shownName(entry.name)}`);
	}
}

/** After the first block of zeros: another one, then only padding. */
async function closing(feed: ByteFeed, name: string): Promise<number> {
	const second = await feed.take(BLOCK_BYTES);
	if (!isZero(second)) {
		throw archiveError(
			"archive.tampered",
			name,
			`after its end mark at offset ${count(feed.at() - second.length)} it goes on: programs differ in whether they read that`,
		);
	}
	return feed.finish();
}
