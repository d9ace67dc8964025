import type { Check } from "../check.ts";
import { judgeArchives } from "./archive-findings.ts";

const CODES: ReadonlySet<string> = new Set(["archive.bomb", "archive.too-many-files", "archive.crc", "weights.cut-off"]);

export const a07Expansion: Check = {
	id: "A07",
	title: "Archives unpack to what they say",
	severity: "block",
	refuses:
		"An archive with more than 10,000 entries, with packed data that expand past 100:1 (above 16 MiB), with entries that share bytes, " +
		"with archives inside, with more than 1,000 gzip members, cut off, or with a wrong checksum.",
	why:
		"42.zip holds 4.5 petabytes in 42 kilobytes; entries that share bytes make 281 terabytes of 10 megabytes (Fifield, 2019); NumPy's " +
		".npz is a zip that is unpacked into memory. So bytes are counted as they come, whatever the header says.",
	rules: "1",
	deadlineMs: 1_800_000,
	run: (context) => judgeArchives(context, CODES),
};
