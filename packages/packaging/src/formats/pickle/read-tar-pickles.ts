import { HeadgateError } from "@headgate/protocol";
import { archiveEntries } from "../../archive/archive-entries.ts";
import { shownName } from "../../archive/archive-error.ts";
import { archiveKind } from "../../archive/archive-kind.ts";
import { bytesSource, type Reader } from "../../files/read-at.ts";
import { readPickle } from "./read-pickle.ts";
import { FoundPickles, PICKLE_NAME, readZipPickles, type ZipPickles } from "./read-zip-pickles.ts";

/** An entry has to be in memory to be read: enough for a model's own objects. Of a longer one the beginning is looked at. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/**
 * Reads every entry of a tar archive, packed by gzip or not, that is called or begins like a pickle, zip archives among them looked into;
 * undefined for a file that is none. What breaks the archive off is the finding of A06.
 */
export const readTarPickles: Reader<ZipPickles | undefined> = async (source, name, signal) => {
	const kind = await archiveKind(source);
	if (kind !== "tar" && kind !== "tar.gz") return undefined;
	const all = new FoundPickles();
	try {
		for await (const entry of archiveEntries(source, kind, { name, signal, report: () => undefined })) {
			if (entry.isFolder) continue;
			if (all.isEnough) break;
			const { bytes, isWhole } = await held(entry.content());
			const found = await picklesIn(bytes, isWhole, name, shownName(entry.name), PICKLE_NAME.test(entry.name), signal);
			for (const pickle of found.pickles) all.add(pickle);
			for (const error of found.errors) all.fail(error);
		}
	} catch (error) {
		if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
	}
	return all;
};

async function picklesIn(
	bytes: Uint8Array,
	isWhole: boolean,
	name: string,
	entry: string,
	isNamed: boolean,
	signal: AbortSignal | undefined,
): Promise<ZipPickles> {
	const none = { pickles: [], errors: [] };
	const place = `${name}, entry ${entry}`;
	const source = bytesSource(bytes);
	try {
		if ((await archiveKind(source)) === "zip") {
			if (!isWhole) return { ...none, errors: [tooLarge(place)] };
			const { pickles, errors } = await readZipPickles(source, place, signal);
			return { pickles: pickles.map((pickle) => ({ ...pickle, entry: `${entry}, ${pickle.entry}` })), errors };
		}
		const { form, problems, sklearnVersions } = await readPickle(source, place, signal);
		if (form === "other" && !isNamed) return none;
		if (!isWhole) return { ...none, errors: [tooLarge(place)] };
		return { ...none, pickles: [{ entry, problems, sklearnVersions }] };
	} catch (error) {
		if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
		return error.code === "pickle.packed" && !isNamed ? none : { ...none, errors: [error] };
	}
}

async function held(content: AsyncIterable<Uint8Array>): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of content) {
		if (bytes + piece.length > MAX_HELD_BYTES) return { bytes: Buffer.concat(pieces), isWhole: false };
		// The next piece may stand in the same memory.
		pieces.push(Buffer.from(piece));
		bytes += piece.length;
	}
	return { bytes: Buffer.concat(pieces), isWhole: true };
}

function tooLarge(place: string): HeadgateError {
	const path = place.split(", entry ")[0]!;
	return new HeadgateError("pickle.limit", `${place} has more than 64 MiB, and pickles in tar archives are read up to that`, {
		path,
	});
}
