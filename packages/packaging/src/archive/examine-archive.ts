import { HeadgateError } from "@headgate/protocol";
import type { Reader } from "../files/read-at.ts";
import { type ArchiveEntry, archiveEntries } from "./archive-entries.ts";
import { archiveError, shownName } from "./archive-error.ts";
import { type ArchiveKind, archiveKind } from "./archive-kind.ts";
import { looksPacked, START_BYTES } from "./looks-packed.ts";

/** Stored content whose checksums are verified, of one archive: whoever loads it verifies them all. */
const MAX_STORED_BYTES = 64 * 1024 * 1024;
const MAX_PROBLEMS = 100;

/** What reading all of an archive showed. */
export interface ArchiveExamination {
	readonly kind: ArchiveKind;
	/** Files and folders. */
	readonly entries: number;
	/** Unpacked, or read to verify a checksum. */
	readonly bytesRead: number;
	/** Stored entries whose checksum was not verified. */
	readonly unverified: number;
	readonly problems: readonly HeadgateError[];
}

/** Reads an archive and unpacks, into nothing, all that is packed; undefined for a file that is none. Throws only what is no refusal. */
export const examineArchive: Reader<ArchiveExamination | undefined> = async (source, name, signal) => {
	const kind = await archiveKind(source);
	if (kind === undefined) return undefined;
	const problems: HeadgateError[] = [];
	const report = (problem: HeadgateError): void => {
		if (problems.length < MAX_PROBLEMS) problems.push(problem);
	};
	const tally = { entries: 0, bytesRead: 0, unverified: 0 };
	const attempt = (work: () => Promise<void>): Promise<boolean> =>
		work().then(
			() => true,
			(error: unknown) => {
				if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
				report(error);
				return false;
			},
		);
	await attempt(async () => {
		for await (const entry of archiveEntries(source, kind, { name, signal, report })) {
			tally.entries++;
			const read = entry.isFolder || (await attempt(() => examineEntry(entry, kind, name, tally)));
			// A stream that broke off has no next entry; in a zip each stands for itself.
			if ((!read && kind !== "zip") || problems.length === MAX_PROBLEMS) break;
		}
	});
	return { kind, ...tally, problems };
};

/** Throws what is wrong with the content; an archive in an archive is unpacked by nobody and seen by no check. */
async function examineEntry(
	entry: ArchiveEntry,
	kind: ArchiveKind,
	archive: string,
	tally: { bytesRead: number; unverified: number },
): Promise<void> {
	let start: Uint8Array = new Uint8Array(0);
	for await (const piece of entry.content()) {
		if (start.length < START_BYTES) {
			start = Buffer.concat([start, piece.subarray(0, START_BYTES)]);
			const packed = looksPacked(entry.name, start);
			if (packed !== undefined) {
				const message = `the entry ${shownName(entry.name)} is ${packed}: archives inside archives are not read`;
				throw archiveError("archive.bomb", archive, message);
			}
		}
		tally.bytesRead += piece.length;
		if (!entry.isStored || start.length < START_BYTES) continue;
		// A tar archive has no checksums to verify.
		if (kind === "tar") return;
		if (tally.bytesRead > MAX_STORED_BYTES) {
			tally.unverified++;
			return;
		}
	}
}
