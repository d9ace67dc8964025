import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { foldedPath, pathProblem, printable } from "./package-path.ts";

export const MAX_FILES = 10_000;

export interface PackageFile {
	/** Relative, `/` between segments. */
	readonly path: string;
	/** Bytes. */
	readonly size: number;
}

/**
 * Every regular file below a folder, sorted by the UTF-8 bytes of its path. Throws HeadgateError `package.*` for links,
 * special files, paths that are not portable, twins, and more than 10,000 files.
 */
export async function walkPackage(root: string): Promise<PackageFile[]> {
	const stats = await lstat(root).catch(() => undefined);
	if (stats === undefined) throw new HeadgateError("package.not-found", `there is no folder ${printable(root)}`, { path: root });
	if (!stats.isDirectory()) throw new HeadgateError("package.not-found", `${printable(root)} is not a folder`, { path: root });
	const files: PackageFile[] = [];
	const folded = new Map<string, string>();
	await walkFolder(root, "", files, folded);
	return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function walkFolder(root: string, prefix: string, files: PackageFile[], folded: Map<string, string>): Promise<void> {
	for await (const entry of await opendir(join(root, prefix))) {
		const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
		const shown = printable(path);
		const problem = pathProblem(path);
		if (problem !== undefined)
			throw new HeadgateError("package.path", `the path '${shown}' cannot be kept: ${problem}`, { path: shown });
		const twin = folded.get(foldedPath(path));
		if (twin !== undefined) {
			throw new HeadgateError("package.duplicate-path", `'${shown}' and '${twin}' are one path on some file systems`, {
				path: shown,
			});
		}
		folded.set(foldedPath(path), shown);
		if (folded.size > MAX_FILES)
			throw new HeadgateError("package.too-many-files", `more than ${MAX_FILES.toLocaleString("en")} files`);
		const stats = await lstat(join(root, path));
		if (stats.isSymbolicLink()) throw new HeadgateError("package.link", `'${shown}' is a symbolic link`, { path: shown });
		if (stats.isDirectory()) await walkFolder(root, path, files, folded);
		else if (stats.isFile()) files.push({ path, size: stats.size });
		else throw new HeadgateError("package.special-file", `'${shown}' is neither a file nor a folder`, { path: shown });
	}
}
