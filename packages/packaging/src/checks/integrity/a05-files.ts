import { isContent } from "../../lock/package-lock.ts";
import { absentFiles, namedPaths } from "../../manifest/package-parts.ts";
import { type Check, fail, judge, pass } from "../check.ts";
import { manifestFinding } from "../manifest/manifest-finding.ts";

export const a05Files: Check = {
	id: "A05",
	title: "All files are there, and no others",
	severity: "block",
	refuses:
		"A file that the manifest or the lock names and the package lacks, a file the lock does not know, and an empty file that matters.",
	async run(context) {
		const reading = context.input.withManifest ? await context.reading() : undefined;
		const paths = context.content().map((file) => file.path);
		if (reading?.ok) {
			const absent = absentFiles(reading.manifest, paths, reading.locate);
			if (absent.length > 0) return judge(absent.map(manifestFinding), pass(""));
		}
		const named = new Set(reading?.ok ? namedPaths(reading.manifest).map(({ path }) => path) : paths);
		for (const path of await context.weights()) named.add(path);
		const empty = context.content().find((file) => file.size === 0 && named.has(file.path));
		if (empty !== undefined)
			return fail("weights.empty", `${empty.path} is empty (0 bytes)`, "Copy the file again.", { file: empty.path });
		const locked = context.input.lock?.files;
		if (locked !== undefined) {
			const known = new Set(locked.map((file) => file.path));
			const present = new Set(paths);
			const lost = locked.find((file) => !present.has(file.path));
			if (lost !== undefined)
				return fail("package.lock", `${lost.path} is in the lock and not in the package`, "Push the package again.", {
					file: lost.path,
				});
			const extra = paths.find((path) => isContent(path) && !known.has(path));
			if (extra !== undefined) {
				return fail("package.lock", `${extra} is in the package and not in its lock`, "Remove it, or push a new version.", {
					file: extra,
				});
			}
		}
		return pass(`${paths.length} file${paths.length === 1 ? "" : "s"}`);
	},
};
