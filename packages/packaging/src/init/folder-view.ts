import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { type PackageFile, walkPackage } from "../files/walk-package.ts";

const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** A folder as `init` looks at it. */
export interface FolderView {
	readonly root: string;
	readonly files: readonly PackageFile[];
	has(path: string): boolean;
	/** The first file that the first of the patterns fits, else the second, and so on. */
	pick(...patterns: readonly RegExp[]): string | undefined;
	/** Bytes of several files together. */
	bytesOf(paths: Iterable<string>): number;
	/** A UTF-8 text of at most 4 MiB; undefined when it is none. */
	text(path: string): Promise<string | undefined>;
	/** The JSON object in a file; undefined when there is none. */
	json(path: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** Walks a folder. Throws HeadgateError `package.*`. */
export async function viewFolder(root: string): Promise<FolderView> {
	const files = await walkPackage(root).catch((error: unknown) => {
		if (!(error instanceof HeadgateError) || error.code !== "package.link") throw error;
		const hint = "A snapshot of the Hugging Face cache is made of links: headgate init --from huggingface SNAPSHOT NEW_FOLDER.";
		throw new HeadgateError(error.code, error.message, {
			...(error.path === undefined ? {} : { path: error.path }),
			hint,
			cause: error,
		});
	});
	const sizes = new Map(files.map(({ path, size }) => [path, size]));
	const text = async (path: string): Promise<string | undefined> => {
		if ((sizes.get(path) ?? Number.POSITIVE_INFINITY) > MAX_TEXT_BYTES) return undefined;
		try {
			return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(join(root, path)));
		} catch (error) {
			if (error instanceof TypeError) return undefined;
			throw error;
		}
	};
	return {
		root,
		files,
		has: (path) => sizes.has(path),
		pick: (...patterns) =>
			patterns.map((pattern) => files.find(({ path }) => pattern.test(path))?.path).find((path) => path !== undefined),
		bytesOf: (paths) => [...paths].reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0),
		text,
		async json(path) {
			const found = await text(path);
			try {
				const value: unknown = found === undefined ? undefined : JSON.parse(found);
				return typeof value === "object" && value !== null && !Array.isArray(value)
					? (value as Record<string, unknown>)
					: undefined;
			} catch {
				return undefined;
			}
		},
	};
}
