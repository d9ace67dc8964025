import { nearestWord } from "@headgate/core/kernel";
import { isLeftOut, type LeftOut, type Manifest } from "@headgate/protocol";
import { type ManifestPath, type ManifestProblem, renderPath } from "./problem.ts";

/** A file (or folder, ending in `/`) that a manifest names, and where it names it. */
export interface NamedPath {
	readonly at: ManifestPath;
	readonly path: string;
}

/** Every path of the package that a manifest names. */
export function namedPaths(manifest: Manifest): NamedPath[] {
	const found: NamedPath[] = [];
	const add = (at: ManifestPath, path: unknown): void => {
		if (typeof path === "string") found.push({ at, path });
	};
	add(["runtime", "entry"], manifest.runtime.entry);
	manifest.artifacts?.forEach((artifact, index) => void add(["artifacts", index, "path"], artifact.path));
	for (const key of ["load", "pre", "post"] as const) add(["code", key], manifest.code?.[key]);
	for (const key of ["input", "output"] as const) add(["schema", key], manifest.schema[key]);
	for (const key of ["examples", "features", "tokenizer", "dependencies", "evaluation"] as const) add([key], manifest[key]);
	if (!isLeftOut(manifest.training)) add(["training", "code"], manifest.training.code);
	if (!isLeftOut(manifest.changes)) add(["changes", "notes"], manifest.changes.notes);
	add(["decisions", "path"], manifest.decisions?.path);
	return found;
}

/** Named paths that are not among the package's files, each with the nearest file that is there. */
export function absentFiles(
	manifest: Manifest,
	files: readonly string[],
	locate: (path: ManifestPath) => { line: number; col: number },
): ManifestProblem[] {
	const present = new Set(files);
	return namedPaths(manifest)
		.filter(({ path }) => !present.has(path) && !files.some((file) => file.startsWith(path.endsWith("/") ? path : `${path}/`)))
		.map(({ at, path }) => {
			const nearest = nearestFile(path, files);
			const message = `${renderPath(at)} names ${path}, which is not in the package`;
			const hint = nearest === undefined ? "Add the file or correct the path." : `Did you mean ${nearest}?`;
			return { code: "manifest.absent-file", message, hint, path: renderPath(at), ...locate(at) };
		});
}

function nearestFile(path: string, files: readonly string[]): string | undefined {
	const name = path.split("/").at(-1)!;
	return nearestWord(path, files) ?? files.find((file) => file.split("/").at(-1) === name);
}

/** The parts that a manifest leaves out, with their reasons. */
export function leftOutParts(manifest: Manifest): { readonly part: string; readonly reason: string }[] {
	return Object.entries(manifest)
		.filter((entry): entry is [string, LeftOut] => isLeftOut(entry[1]))
		.map(([part, { none }]) => ({ part, reason: none }));
}
