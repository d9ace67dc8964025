import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";

/** Where the files of a model lie. */
export interface Snapshot {
	/** The folder with config.json. */
	readonly folder: string;
	/** Files may be links to files below it: for a cache, the folder of the repository. */
	readonly root: string;
	/** `meta-llama/Llama-3.1-8B`, where the cache says it. */
	readonly repository?: string;
	/** The commit, 40 hexadecimal digits. */
	readonly revision?: string;
}

/**
 * Finds the snapshot for a folder: a plain one, a snapshot of the hub's cache (`models--OWNER--NAME/snapshots/COMMIT`), or the folder
 * of a repository in that cache, of which the commit of `refs/main` or the only one is taken. Throws HeadgateError `import.source`.
 */
export async function findSnapshot(source: string, cache: string | undefined): Promise<Snapshot> {
	const folder = await realpath(source).catch((cause: unknown) => {
		throw new HeadgateError("import.source", `there is no folder ${printable(source)}`, { path: source, cause });
	});
	if (!(await stat(folder)).isDirectory())
		throw new HeadgateError("import.source", `${printable(source)} is not a folder`, { path: source });
	const chosen = (await isRepository(folder)) ? await chooseSnapshot(folder) : folder;
	const revision =
		/^[0-9a-f]{40}$/.test(basename(chosen)) && basename(dirname(chosen)) === "snapshots" ? basename(chosen) : undefined;
	const repositoryFolder = revision === undefined ? undefined : dirname(dirname(chosen));
	const repository = repositoryNameOf(repositoryFolder);
	return {
		folder: chosen,
		root: cache === undefined ? (repositoryFolder ?? chosen) : await realpath(cache).catch(() => cache),
		...(repository === undefined ? {} : { repository }),
		...(revision === undefined ? {} : { revision }),
	};
}

/** A repository of the cache, also when it was copied under another name. */
async function isRepository(folder: string): Promise<boolean> {
	if (basename(folder).startsWith("models--")) return true;
	const names = await readdir(folder);
	return names.includes("snapshots") && names.includes("blobs") && !names.includes("config.json");
}

async function chooseSnapshot(repository: string): Promise<string> {
	const main = await readFile(join(repository, "refs/main"), "utf8").then(
		(text) => text.trim(),
		() => undefined,
	);
	const present = await readdir(join(repository, "snapshots")).catch((): string[] => []);
	const chosen = main !== undefined && present.includes(main) ? main : present.length === 1 ? present[0] : undefined;
	if (chosen !== undefined) return join(repository, "snapshots", chosen);
	const message =
		present.length === 0
			? `${basename(repository)} has no snapshot: nothing was downloaded`
			: `${basename(repository)} has ${present.length} snapshots and none is refs/main: ${present.slice(0, 5).join(", ")}`;
	throw new HeadgateError("import.source", printable(message), { path: repository, hint: "Name one folder below snapshots." });
}

/** `models--meta-llama--Llama-3.1-8B` is `meta-llama/Llama-3.1-8B`. */
function repositoryNameOf(folder: string | undefined): string | undefined {
	const words = folder === undefined ? undefined : /^models--(.+)$/.exec(basename(folder))?.[1];
	return words?.replace("--", "/");
}
