import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ChampionContract, MANIFEST_FILE, readManifest } from "@headgate/packaging";
import { HeadgateError, type Manifest } from "@headgate/protocol";

/** What the package in a folder promises its callers: a challenger is held against it. Throws the manifest's first problem. */
export async function contractOf(folder: string): Promise<ChampionContract> {
	const { version, schema } = await manifestOf(folder);
	const read = async (file: string): Promise<unknown> => {
		try {
			return JSON.parse(await readFile(path.join(folder, file), "utf8"));
		} catch (cause) {
			throw new HeadgateError("file.unreadable", `${file} of ${folder}: ${(cause as Error).message}`, { path: file, cause });
		}
	};
	return { version, inputSchema: await read(schema.input), outputSchema: await read(schema.output) };
}

/** The manifest of a package folder. Throws its first problem, or `manifest.absent`. */
export async function manifestOf(folder: string): Promise<Manifest> {
	const file = path.join(folder, MANIFEST_FILE);
	const bytes = await readFile(file).catch((cause: unknown) => {
		throw new HeadgateError("manifest.absent", `there is no ${MANIFEST_FILE} in ${folder}`, { path: folder, cause });
	});
	// An instant that was past when it was made is past now, whatever the clock says.
	const reading = readManifest(bytes, { now: Number.MAX_SAFE_INTEGER });
	if (reading.ok) return reading.manifest;
	const [{ code, message, hint }] = reading.problems as [(typeof reading.problems)[number]];
	throw new HeadgateError(code, `${file}: ${message}`, { hint });
}
