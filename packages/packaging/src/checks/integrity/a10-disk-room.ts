import { type Check, fail, pass, skipped } from "../check.ts";

/** The package as it comes in and as it is kept, for as long as both are there. */
const TIMES = 2;

export const a10DiskRoom: Check = {
	id: "A10",
	title: "The disk has room for the package",
	severity: "block",
	refuses: "A package of which the disk that keeps packages cannot hold two copies.",
	why: "A disk that fills up in the middle of an ingest leaves partial files, and everything else that writes to it fails with it.",
	run({ input: { files, host } }) {
		if (host === undefined) return skipped("the machine that will keep the package is not known");
		const bytes = files.reduce((sum, file) => sum + file.size, 0);
		const words = `${host.diskFreeBytes.toLocaleString("en")} bytes free, the package has ${bytes.toLocaleString("en")}`;
		if (host.diskFreeBytes >= TIMES * bytes) return pass(words);
		const message = `${words}: twice as much is needed while it comes in`;
		return fail("store.full", message, "Free space on the disk of the data folder, or remove old versions.");
	},
};
