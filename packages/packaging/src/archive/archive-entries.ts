import type { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../files/read-at.ts";
import { windowedSource } from "../files/windowed-source.ts";
import { gunzip } from "../formats/gzip/gunzip.ts";
import { type ByteFeed, fileFeed, streamFeed } from "../formats/tar/byte-feed.ts";
import { tarEntries } from "../formats/tar/read-tar.ts";
import { inspectZip } from "../formats/zip/read-zip.ts";
import { streamEntry } from "../formats/zip/zip-entry.ts";
import { archiveError, count, shownName } from "./archive-error.ts";
import type { ArchiveKind } from "./archive-kind.ts";
import { Expansion } from "./expansion.ts";

const TAR_WINDOW_BYTES = 64 * 1024;

/** A file or folder of an archive of any kind. */
export interface ArchiveEntry {
	/** Without a closing slash. */
	readonly name: string;
	readonly isFolder: boolean;
	/** Its content lies in the archive as it is. */
	readonly isStored: boolean;
	/** Pieces of its content, verified as far as the format allows. To be read before the next entry, at most once. */
	content(): AsyncIterable<Uint8Array>;
}

export interface WalkOptions {
	/** Of the archive, for messages. */
	readonly name: string;
	readonly signal?: AbortSignal | undefined;
	/** Takes what is wrong with an entry, which is left out then; or throws it. */
	readonly report: (problem: HeadgateError) => void;
}

/**
 * Every entry of an archive, one after another, with bombs stopped by the bytes that really come. The content of a `gzip` file is one
 * entry without a name. Throws HeadgateError `archive.*` and `weights.cut-off` where the archive cannot be read any further.
 */
export function archiveEntries(source: ReadAt, kind: ArchiveKind, options: WalkOptions): AsyncGenerator<ArchiveEntry, void> {
	switch (kind) {
		case "zip":
			return zipEntries(source, options);
		case "tar":
			return tarredEntries(fileFeed(windowedSource(source, TAR_WINDOW_BYTES, options.signal), options.signal), true, options);
		case "tar.gz":
			return tarredEntries(streamFeed(gunzipped(source, options)), false, options);
		case "gzip":
			return onlyEntry(source, options);
	}
}

async function* zipEntries(source: ReadAt, options: WalkOptions): AsyncGenerator<ArchiveEntry, void> {
	const { entries, leadingBytes, trailingBytes, hiddenBytes } = await inspectZip(
		source,
		options.name,
		options.report,
		options.signal,
	);
	reportForeign(options, leadingBytes, "before its first entry");
	reportForeign(options, trailingBytes, "after its end");
	reportForeign(options, hiddenBytes, "between its entries");
	const expansion = new Expansion(options.name);
	for (const entry of entries) {
		const { isFolder, compressedBytes } = entry;
		const plain = (): AsyncGenerator<Uint8Array> => streamEntry(source, entry, { ...options, maxBytes: Number.MAX_SAFE_INTEGER });
		const guarded = () => expansion.guard(compressedBytes, `the entry ${shownName(entry.name)}`, plain());
		const isStored = entry.method === 0;
		yield { name: isFolder ? entry.name.slice(0, -1) : entry.name, isFolder, isStored, content: isStored ? plain : guarded };
	}
}

async function* tarredEntries(feed: ByteFeed, isStored: boolean, options: WalkOptions): AsyncGenerator<ArchiveEntry, void> {
	const stream = tarEntries(feed, options.name, options.report);
	let step = await stream.next();
	for (; !step.done; step = await stream.next()) {
		const { name, isFolder, bytes } = step.value;
		yield { name, isFolder, isStored, content: () => wholeContent(feed, bytes, options.name, name) };
	}
	reportForeign(options, step.value, "after its end");
}

async function* onlyEntry(source: ReadAt, options: WalkOptions): AsyncGenerator<ArchiveEntry, void> {
	yield { name: "", isFolder: false, isStored: false, content: () => gunzipped(source, options) };
}

async function* gunzipped(source: ReadAt, options: WalkOptions): AsyncGenerator<Uint8Array, void> {
	let trailingBytes = 0;
	const stream = async function* (): AsyncGenerator<Uint8Array> {
		trailingBytes = (yield* gunzip(source, options)).trailingBytes;
	};
	yield* new Expansion(options.name).guard(source.size, "it", stream());
	reportForeign(options, trailingBytes, "after its end");
}

async function* wholeContent(feed: ByteFeed, bytes: number, archive: string, entry: string): AsyncGenerator<Uint8Array> {
	let left = bytes;
	for await (const piece of feed.pieces(bytes)) {
		left -= piece.length;
		yield piece;
	}
	if (left === 0) return;
	throw archiveError("weights.cut-off", archive, `it is cut off inside ${shownName(entry)}, ${count(left)} bytes before its end`);
}

/** What stands around the entries may be another file, for a program that looks for it there. */
function reportForeign({ name, report }: WalkOptions, bytes: number, where: string): void {
	if (bytes > 0)
		report(archiveError("archive.foreign-bytes", name, `${count(bytes)} bytes ${where} belong to none of its entries`));
}
