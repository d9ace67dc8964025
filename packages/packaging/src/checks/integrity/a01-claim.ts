import { printable } from "../../files/package-path.ts";
import type { LockedFile } from "../../lock/package-lock.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import type { PackageClaim } from "../check-input.ts";

export const a01Claim: Check = {
	id: "A01",
	title: "The content is what the sender claimed",
	severity: "block",
	refuses: "A package whose files differ in size or sha256 from what the sender said, or that lacks some of them.",
	why:
		"A copy that was cut off or replaced on the way has the right name all the same: KServe's storage initializer compares no checksum " +
		"of what it downloads.",
	run({ input: { claim, lock } }) {
		if (claim === undefined) return skipped("the sender made no claim");
		if (lock === undefined) return skipped("nothing was hashed yet: it is compared when the package is pushed");
		const files = new Map(lock.files.map((file) => [file.path, file]));
		const findings = (claim.files ?? []).flatMap((claimed) => differences(claimed, files.get(claimed.path)));
		if (findings.length === 0 && claim.packageDigest !== undefined && claim.packageDigest !== lock.packageDigest) {
			const message = `the package digest differs: claimed ${claim.packageDigest}, got ${lock.packageDigest}`;
			findings.push({ code: "package.claim", message, hint: "Send every file again, or delete a stale model.lock.json." });
		}
		return judge(findings, pass(`${lock.files.length} files as claimed`));
	},
};

/** How one file is not what was said of it. */
function differences(
	{ path, size, sha256 }: NonNullable<PackageClaim["files"]>[number],
	actual: LockedFile | undefined,
): Finding[] {
	const found = (message: string, hint: string): Finding[] => [{ code: "package.claim", message, hint, file: path }];
	const shown = printable(path);
	if (actual === undefined) return found(`${shown} was claimed and did not arrive`, "Send it again.");
	if (actual.size !== size) {
		const message = `${shown} has ${actual.size.toLocaleString("en")} bytes, ${size.toLocaleString("en")} were claimed`;
		return found(message, "Copy the file again: it was cut off or replaced on the way.");
	}
	if (actual.sha256 === sha256) return [];
	const message = `the sha256 of ${shown} differs: claimed ${sha256}, got ${actual.sha256}`;
	return found(message, "Copy the file again, or delete a stale model.lock.json.");
}
