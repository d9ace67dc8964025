import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "./package-fixture.ts";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** A repository in a Hugging Face cache: blobs under their hashes, and a snapshot of links to them. */
export async function writeHubCache(
	files: Readonly<Record<string, string>>,
	large: readonly string[] = [],
): Promise<{ repository: string; snapshot: string }> {
	const repository = join(await temporaryFolder(), "models--acme--tiny");
	const snapshot = join(repository, "snapshots", COMMIT);
	for (const folder of ["blobs", "refs"]) await mkdir(join(repository, folder), { recursive: true });
	await mkdir(snapshot, { recursive: true });
	await writeFile(join(repository, "refs/main"), COMMIT);
	for (const [path, text] of Object.entries(files)) {
		const bytes = Buffer.from(text);
		const git = createHash("sha1").update(`blob ${bytes.length}\0`);
		const name = (large.includes(path) ? createHash("sha256") : git).update(bytes).digest("hex");
		await writeFile(join(repository, "blobs", name), bytes);
		await symlink(`../../blobs/${name}`, join(snapshot, path));
	}
	return { repository, snapshot };
}
