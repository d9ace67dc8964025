import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { foldedPath, pathProblem, printable } from "./package-path.ts";

/** As many files as a package may have. */
export const MAX_FILES = 10_000;

export interface PackageFile {
	/** Relative, `/` between segments. */
	readonly path: string;
	/** Bytes. */
	readonly size: number;
}

export interface WalkOptions {
	/**
	 * Refuses files that have another name somewhere. For a folder that comes in: bytes that someone can change under another name are
	 * nobody's immutable version, and onnxruntime does not load them.
	 */
	readonly refuseHardLinks?: boolean;
}

/**
 * Every regular file below a folder, sorted by the UTF-8 bytes of its path. Throws HeadgateError `package.*` for links,
 * special files, paths that are not portable, twins, and more than 10,000 files.
 */
export async function walkPackage(root: string, options: WalkOptions = {}): Promise<PackageFile[]> {
	const stats = await lstat(root).catch(() => undefined);
	if (stats === undefined) throw new HeadgateError("package.not-found", `there is no folder ${printable(root)}`, { path: root });
	if (!stats.isDirectory()) throw new HeadgateError("package.not-found", `${printable(root)} is not a folder`, { path: root });
	const files: PackageFile[] = [];
	const folded = new Map<string, string>();
	await walkFolder(root, "", { files, folded, refuseHardLinks: options.refuseHardLinks === true });
	return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

interface Walk {
	readonly files: PackageFile[];
	/** Every path so far, as it is shown, by the form under which two count as the same. */
	readonly folded: Map<string, string>;
	readonly refuseHardLinks: boolean;
}

async function walkFolder(root: string, prefix: string, walk: Walk): Promise<void> {
	const { files, folded } = walk;
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
		if (stats.isDirectory()) await walkFolder(root, path, walk);
		else if (stats.isFile()) {
			if (walk.refuseHardLinks && stats.nlink > 1) throw hardLink(path, stats.nlink);
			files.push({ path, size: stats.size });
		} else throw new HeadgateError("package.special-file", `'${shown}' is neither a file nor a folder`, { path: shown });
	}
}

/** The error for a file whose bytes have more names than this one. */
export function hardLink(path: string, links: number): HeadgateError {
	const shown = printable(path);
	const hint = "Give it bytes of its own: cp it to another name, then mv that one over it.";
	return new HeadgateError("package.link", `'${shown}' is a hard link: its bytes have ${links} names`, { path: shown, hint });
}
