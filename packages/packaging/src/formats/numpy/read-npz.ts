import { HeadgateError } from "@headgate/protocol";
import { shownName } from "../../archive/archive-error.ts";
import type { Reader } from "../../files/read-at.ts";
import { entrySource } from "../pickle/forward-source.ts";
import { readZip } from "../zip/read-zip.ts";
import { type NpyArray, readNpy } from "./read-npy.ts";

/** An .npz file: a zip archive of .npy files. */
export interface NpzArchive {
	readonly arrays: readonly { readonly entry: string; readonly array: NpyArray }[];
	readonly problems: readonly HeadgateError[];
}

/** Reads the header of every array. Throws HeadgateError `archive.*`. */
export const readNpz: Reader<NpzArchive> = async (source, name, signal) => {
	const { entries } = await readZip(source, name, signal);
	const arrays: { entry: string; array: NpyArray }[] = [];
	const problems: HeadgateError[] = [];
	for (const entry of entries) {
		if (entry.isFolder || problems.length >= 100) continue;
		const shown = `${name}, entry ${shownName(entry.name)}`;
		try {
			const content = entrySource(source, entry, name, signal);
			arrays.push({ entry: entry.name, array: await readNpy(content, shown, signal) });
		} catch (error) {
			if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
			problems.push(error);
		}
	}
	return { arrays, problems };
};
