import { printable } from "../../files/package-path.ts";
import type { PackageFile } from "../../files/walk-package.ts";
import { isContent, type PackageLock } from "../../lock/package-lock.ts";
import { absentFiles, namedPaths } from "../../manifest/package-parts.ts";
import { type Check, type Finding, judge, pass } from "../check.ts";
import { manifestFinding } from "../manifest/manifest-finding.ts";

export const a05Files: Check = {
	id: "A05",
	title: "All files are there, and no others",
	severity: "block",
	refuses:
		"A file that the manifest or the lock names and the package lacks, a file the lock does not know, and an empty file that matters.",
	why:
		"A file that is missing is found at the first request that needs it, and a file that nobody declared may run: Python imports " +
		"sitecustomize.py by itself.",
	async run(context) {
		const reading = context.input.withManifest ? await context.reading() : undefined;
		const paths = context.content().map((file) => file.path);
		const absent = reading?.ok ? absentFiles(reading.manifest, paths, reading.locate).map(manifestFinding) : [];
		const named = new Set(reading?.ok ? namedPaths(reading.manifest).map(({ path }) => path) : paths);
		for (const path of await context.weights()) named.add(path);
		const empty = context.content().filter((file) => file.size === 0 && named.has(file.path));
		const findings = [...absent, ...empty.map(emptyFile), ...differences(context.input.lock, paths)];
		return judge(findings, pass(`${paths.length} file${paths.length === 1 ? "" : "s"}`));
	},
};

function emptyFile({ path: file }: PackageFile): Finding {
	return { code: "weights.empty", message: `${printable(file)} is empty (0 bytes)`, hint: "Copy the file again.", file };
}

/** Files that only the lock or only the package has. */
function differences(lock: PackageLock | undefined, paths: readonly string[]): Finding[] {
	if (lock === undefined) return [];
	const known = new Set(lock.files.map((file) => file.path));
	const present = new Set(paths);
	const lost = [...known].filter((path) => !present.has(path));
	const extra = paths.filter((path) => isContent(path) && !known.has(path));
	const finding = (file: string, how: string, hint: string): Finding => {
		return { code: "package.lock", message: `${printable(file)} ${how}`, hint, file };
	};
	return [
		...lost.map((file) => finding(file, "is in the lock and not in the package", "Push the package again.")),
		...extra.map((file) => finding(file, "is in the package and not in its lock", "Remove it, or push a new version.")),
	];
}
