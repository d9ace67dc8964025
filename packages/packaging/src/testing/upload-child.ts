import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openPackageStore } from "../store/package-store.ts";
import { folderSealStore } from "../store/seal-store.ts";
import { openUploads } from "../store/uploads/open-uploads.ts";
import { claimOf, sendRest } from "./upload-fixture.ts";

/** A process that uploads a folder into a store and, when asked, kills itself at a given moment: `ROOT FOLDER [MOMENT]`. */
const [root = "", folder = "", moment] = process.argv.slice(2);

function die(): never {
	process.kill(process.pid, "SIGKILL");
	throw new Error("killed");
}

async function* dyingBody(path: string): AsyncGenerator<Uint8Array> {
	const bytes = await readFile(path);
	yield bytes.subarray(0, bytes.length / 2);
	const handle = await open(path);
	await handle.close();
	die();
}

const seals = folderSealStore(join(root, "seals"));
const store = await openPackageStore(root, {
	seals: {
		read: (digest) => seals.read(digest),
		write: (digest, seal) => (moment === "published" ? die() : seals.write(digest, seal)),
	},
});
const uploads = await openUploads(store);
try {
	const status = await uploads.begin(await claimOf(folder));
	if (moment === "begun") die();
	const large = status.files.find((file) => file.path === "data.bin");
	if (moment === "part" && large !== undefined) {
		await uploads.append(status.id, large.index, { offset: 0, body: dyingBody(join(folder, large.path)) });
	}
	await sendRest(uploads, folder, status);
	if (moment === "sent") die();
	const { digest } = await uploads.finish(status.id, {
		onProgress: ({ bytesDone, bytesTotal }) => void (moment === "hashed" && bytesDone === bytesTotal && die()),
	});
	process.stdout.write(JSON.stringify({ digest }));
} catch (error) {
	process.stdout.write(JSON.stringify(error));
}
