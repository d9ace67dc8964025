import type { Check } from "../check.ts";
import { judgeArchives } from "./archive-findings.ts";

const CODES: ReadonlySet<string> = new Set([
	"archive.malformed",
	"archive.path",
	"archive.duplicate",
	"archive.link",
	"archive.sparse",
	"archive.encrypted",
	"archive.method",
	"archive.tampered",
]);

export const a06ArchiveEntries: Check = {
	id: "A06",
	title: "Archives are sound and stay in their folder",
	severity: "block",
	refuses:
		"A zip, tar or gzip in the package, weights among them, with a name that leaves its folder, twins, links, devices, encrypted or " +
		"sparse entries, and one whose headers contradict each other.",
	why:
		"Names with .. overwrite files of the machine that unpacks (MLflow: CVE-2023-6909, CVE-2024-1558, GHSA-5cvj-7rg6-jggj). Where the " +
		"directory and the local headers differ, a scanner and the loader read different files (CVE-2025-1944).",
	rules: "1",
	// All that is packed is unpacked, into nothing, once for A06, A07 and A09.
	deadlineMs: 1_800_000,
	run: (context) => judgeArchives(context, CODES),
};
