import { lstat, opendir, realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { pathProblem, printable } from "../../files/package-path.ts";
import type { SourceFile } from "../copy-files.ts";
import type { Snapshot } from "./find-snapshot.ts";

export interface SnapshotFiles {
	readonly files: readonly SourceFile[];
	/** Files of the snapshot that are not taken, and why, in words. */
	readonly leftOut: readonly string[];
}

const MAX_FILES = 10_000;
const NOT_THE_MODEL = /^(\.git|\.cache|\.huggingface|\.gitattributes|\.gitignore|\.DS_Store|__pycache__)$/;
/** The same weights for other frameworks: none of them is read here, and the first runs code. */
const OTHER_WEIGHTS =
	/(^|\/)(pytorch_model.*\.bin(\.index\.json)?|tf_model\.h5|flax_model\.msgpack|rust_model\.ot|.*\.ckpt(\.index|\.meta)?)$/;
/** What training leaves beside a model: pickles that nothing loads when it answers. */
const OF_TRAINING = /(^|\/)(training_args\.bin|optimizer\.(pt|bin)|scheduler\.(pt|bin)|scaler\.pt|rng_state(_\d+)?\.pth)$/;

/** Every file of a snapshot with the file it really is. Throws HeadgateError `import.link`, `import.source`, `package.path`. */
export async function snapshotFiles({ folder, root }: Snapshot): Promise<SnapshotFiles> {
	const files: SourceFile[] = [];
	await collect(folder, "", root, files);
	const hasSafe = files.some(({ path }) => /\.safetensors$/.test(path));
	const others = files.filter(({ path }) => hasSafe && OTHER_WEIGHTS.test(path)).map(({ path }) => path);
	const leftovers = files.filter(({ path }) => OF_TRAINING.test(path)).map(({ path }) => path);
	return {
		files: files.filter(({ path }) => !others.includes(path) && !leftovers.includes(path)),
		leftOut: [
			...(others.length === 0 ? [] : [`left out, the weights are there as safetensors: ${others.join(", ")}`]),
			...(leftovers.length === 0 ? [] : [`left out, only training needs it: ${leftovers.join(", ")}`]),
		],
	};
}

async function collect(folder: string, prefix: string, root: string, files: SourceFile[]): Promise<void> {
	for await (const { name } of await opendir(join(folder, prefix))) {
		if (NOT_THE_MODEL.test(name)) continue;
		const path = prefix === "" ? name : `${prefix}/${name}`;
		const shown = printable(path);
		const problem = pathProblem(path);
		if (problem !== undefined)
			throw new HeadgateError("package.path", `the path '${shown}' cannot be kept: ${problem}`, { path: shown });
		const full = join(folder, path);
		const stats = await lstat(full);
		if (stats.isDirectory()) await collect(folder, path, root, files);
		else if (stats.isSymbolicLink()) files.push(await followLink(full, path, root));
		else if (stats.isFile()) files.push({ path, from: full, size: stats.size });
		else throw new HeadgateError("import.source", `'${shown}' is neither a file nor a folder`, { path: shown });
		if (files.length > MAX_FILES)
			throw new HeadgateError("package.too-many-files", `more than ${MAX_FILES.toLocaleString("en")} files`);
	}
}

async function followLink(full: string, path: string, root: string): Promise<SourceFile> {
	const shown = printable(path);
	const from = await realpath(full).catch((cause: unknown) => {
		throw new HeadgateError("import.link", `the link '${shown}' leads nowhere: the file was not downloaded, or is gone`, {
			path: shown,
			cause,
		});
	});
	if (!from.startsWith(root.endsWith(sep) ? root : root + sep)) {
		throw new HeadgateError("import.link", `the link '${shown}' leads out of ${printable(root)}, to ${printable(from)}`, {
			path: shown,
		});
	}
	const stats = await stat(from);
	if (!stats.isFile())
		throw new HeadgateError("import.link", `the link '${shown}' leads to a folder; only files may be links`, { path: shown });
	const name = basename(from);
	const isBlob = from.includes(`${sep}blobs${sep}`);
	const named = !isBlob ? undefined : /^[0-9a-f]{64}$/.test(name) ? "sha256" : /^[0-9a-f]{40}$/.test(name) ? "git" : undefined;
	return { path, from, size: stats.size, ...(named === undefined ? {} : { named: { algorithm: named, digest: name } }) };
}
