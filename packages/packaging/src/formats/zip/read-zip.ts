import { setImmediate } from "node:timers/promises";
import { HeadgateError } from "@headgate/protocol";
import { archiveError, count, shownName } from "../../archive/archive-error.ts";
import { EntryNames } from "../../archive/entry-names.ts";
import type { ReadAt, Reader } from "../../files/read-at.ts";
import { windowedSource } from "../../files/windowed-source.ts";
import { entryProblem } from "./entry-problem.ts";
import { findEnd, type ZipEnd } from "./find-end.ts";
import type { ZipArchive, ZipEntry } from "./zip-archive.ts";
import { centralHeaders, localHeader, type ZipHeader } from "./zip-headers.ts";

const DIRECTORY_WINDOW_BYTES = 64 * 1024;
const LOCAL_WINDOW_BYTES = 4 * 1024;
/** More would be read by nobody. */
const MAX_PROBLEMS = 100;
const ENTRIES_BETWEEN_PAUSES = 256;
/** With or without signature, with sizes of 4 or 8 bytes. */
const MAX_DESCRIPTOR_BYTES = 24;
const HAS_DESCRIPTOR = 0x08;

/**
 * Reads the directory of a zip archive and every local header, and compares both; no content. Throws HeadgateError `archive.*`
 * for the first thing that is wrong.
 */
export const readZip: Reader<ZipArchive> = (source, name, signal) =>
	inspectZip(
		source,
		name,
		(problem) => {
			throw problem;
		},
		signal,
	);

/** Like `readZip`, telling `report` what is wrong with an entry and leaving that one out. Throws only where no directory can be read. */
export async function inspectZip(
	source: ReadAt,
	name: string,
	report: (problem: HeadgateError) => void,
	signal?: AbortSignal,
): Promise<ZipArchive> {
	const end = await findEnd(source, name);
	if (end === undefined) {
		const message = "there is no end record in its last 64 KiB: it is cut off, or no zip archive";
		throw archiveError("archive.malformed", name, message);
	}
	const locals = windowedSource(source, LOCAL_WINDOW_BYTES, signal);
	const names = new EntryNames(name);
	const entries: ZipEntry[] = [];
	const places: Place[] = [];
	let leadingBytes = end.directoryAt;
	let seen = 0;
	let problems = 0;
	for await (const header of centralHeaders(windowedSource(source, DIRECTORY_WINDOW_BYTES, signal), name, end)) {
		if (++seen % ENTRIES_BETWEEN_PAUSES === 0) await setImmediate();
		leadingBytes = Math.min(leadingBytes, header.localOffset + end.shift);
		try {
			const { entry, place } = await readEntry(locals, name, end, header, names);
			places.push(place);
			entries.push(entry);
		} catch (error) {
			if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
			report(error);
			// One more name would be one too many again.
			if (++problems === MAX_PROBLEMS || error.code === "archive.too-many-files") break;
		}
	}
	// Where an entry was left out its bytes would seem to be nobody's.
	const hiddenBytes = await judgePlaces(locals, name, end, places, problems === 0, report);
	return { entries, leadingBytes, trailingBytes: end.trailingBytes, hiddenBytes };
}

/** The bytes of an entry: from its local header to the end of its content. */
interface Place {
	readonly name: string;
	readonly from: number;
	readonly to: number;
	readonly hasDescriptor: boolean;
}

async function readEntry(
	source: ReadAt,
	archive: string,
	end: ZipEnd,
	header: ZipHeader,
	names: EntryNames,
): Promise<{ entry: ZipEntry; place: Place }> {
	const name = header.nameBytes.toString();
	const isFolder = name.endsWith("/");
	names.add(isFolder ? name.slice(0, -1) : name, isFolder);
	const from = header.localOffset + end.shift;
	const local = from > end.directoryAt ? undefined : await localHeader(source, from);
	const problem = entryProblem(header, local, isFolder);
	if (problem !== undefined) throw archiveError(problem.code, archive, `the entry ${shownName(name)} ${problem.message}`);
	const dataAt = from + local!.headerBytes;
	const to = dataAt + header.compressedBytes;
	if (to > end.directoryAt) {
		const message = `the entry ${shownName(name)} has ${count(header.compressedBytes)} bytes at offset ${count(dataAt)}, its archive's directory begins at ${count(end.directoryAt)}`;
		throw archiveError("archive.malformed", archive, message);
	}
	const { method, flags, crc32, compressedBytes, bytes } = header;
	const entry: ZipEntry = { name, method: method as 0 | 8, flags, crc32, compressedBytes, bytes, dataAt, isFolder };
	return { entry, place: { name, from, to, hasDescriptor: (flags & HAS_DESCRIPTOR) !== 0 } };
}

/** Entries may neither share bytes (a bomb in little space) nor leave room for one that only some programs find. */
async function judgePlaces(
	source: ReadAt,
	archive: string,
	end: ZipEnd,
	places: readonly Place[],
	complete: boolean,
	report: (problem: HeadgateError) => void,
): Promise<number> {
	const sorted = places.toSorted((a, b) => a.from - b.from);
	let hidden = 0;
	for (const [index, place] of sorted.entries()) {
		if (index % ENTRIES_BETWEEN_PAUSES === 0) await setImmediate();
		const next = sorted[index + 1];
		const gap = (next?.from ?? end.directoryAt) - place.to;
		if (gap < 0) {
			report(
				archiveError("archive.bomb", archive, `the entries ${shownName(place.name)} and ${shownName(next!.name)} share bytes`),
			);
			continue;
		}
		const beyond = gap - (place.hasDescriptor ? Math.min(gap, MAX_DESCRIPTOR_BYTES) : 0);
		if (beyond === 0 || !complete) continue;
		hidden += beyond;
		const bytes = Buffer.from(await source.read(place.to, Math.min(gap, MAX_DESCRIPTOR_BYTES + 4)));
		if (!bytes.includes("PK\x03\x04", 0, "latin1")) continue;
		const message = `after the entry ${shownName(place.name)} stands another, at about offset ${count(place.to)}, that its directory does not name`;
		report(archiveError("archive.tampered", archive, message));
	}
	return hidden;
}
