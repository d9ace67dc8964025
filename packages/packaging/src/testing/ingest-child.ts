import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openPackageStore } from "../store/package-store.ts";
import { folderSealStore } from "../store/seal-store.ts";

/** A process that pushes a folder into a store and, when asked, kills itself at a given moment: `ROOT FOLDER [MOMENT]`. */
const [root = "", folder = "", moment] = process.argv.slice(2);

function die(): never {
	process.kill(process.pid, "SIGKILL");
	throw new Error("killed");
}

const seals = folderSealStore(join(root, "seals"));
const store = await openPackageStore(root, {
	seals: {
		read: (digest) => seals.read(digest),
		write: (digest, seal) => (moment === "seal" ? die() : seals.write(digest, seal)),
	},
});
if (moment === "start") die();
try {
	const { digest } = await store.ingestFolder(folder, {
		onProgress: ({ bytesDone, bytesTotal }) => {
			if (moment === "incoming" && readdirSync(join(root, "incoming")).length > 0 && bytesDone > 4_000_000) die();
			if (moment === "copied" && bytesDone === bytesTotal) die();
		},
	});
	process.stdout.write(JSON.stringify({ digest }));
} catch (error) {
	process.stdout.write(JSON.stringify(error));
}
