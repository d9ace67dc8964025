import { type Check, fail, pass, skipped } from "../check.ts";

export const a01Claim: Check = {
	id: "A01",
	title: "The content is what the sender claimed",
	severity: "block",
	refuses: "A package whose files differ in size or sha256 from what the sender said, or that lacks some of them.",
	run({ input: { claim, lock } }) {
		if (claim === undefined) return skipped("the sender made no claim");
		if (lock === undefined) return skipped("nothing was hashed yet: it is compared when the package is pushed");
		const files = new Map(lock.files.map((file) => [file.path, file]));
		for (const claimed of claim.files ?? []) {
			const actual = files.get(claimed.path);
			const file = claimed.path;
			if (actual === undefined)
				return fail("package.claim", `${file} was claimed and did not arrive`, "Send it again.", { file });
			if (actual.size !== claimed.size) {
				const message = `${file} has ${actual.size.toLocaleString("en")} bytes, ${claimed.size.toLocaleString("en")} were claimed`;
				return fail("package.claim", message, "Copy the file again: it was cut off or replaced on the way.", { file });
			}
			if (actual.sha256 !== claimed.sha256) {
				const message = `the sha256 of ${file} differs: claimed ${claimed.sha256}, got ${actual.sha256}`;
				return fail("package.claim", message, "Copy the file again, or delete a stale model.lock.json.", { file });
			}
		}
		if (claim.packageDigest !== undefined && claim.packageDigest !== lock.packageDigest) {
			const message = `the package digest differs: claimed ${claim.packageDigest}, got ${lock.packageDigest}`;
			return fail("package.claim", message, "Send every file again, or delete a stale model.lock.json.");
		}
		return pass(`${lock.files.length} files as claimed`);
	},
};
