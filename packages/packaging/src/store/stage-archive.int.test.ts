import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeTar } from "../testing/encode-tar.ts";
import { packageFiles, temporaryFolder, writePackage } from "../testing/package-fixture.ts";
import { bodyOf, sha256Of } from "../testing/upload-fixture.ts";
import { openPackageStore } from "./package-store.ts";
import { openUploads } from "./uploads/open-uploads.ts";

async function newStore() {
	const store = await openPackageStore(await temporaryFolder());
	return { store, uploads: await openUploads(store), left: () => readdir(join(store.root, "incoming")) };
}

function tarOf(files: Readonly<Record<string, string | Uint8Array>>, prefix = ""): Buffer {
	return encodeTar(Object.entries(files).map(([name, content]) => ({ name: `${prefix}${name}`, content })));
}

async function archiveFile(bytes: Uint8Array): Promise<string> {
	const path = join(await temporaryFolder(), "package.tar");
	await writeFile(path, bytes);
	return path;
}

describe("an archive that comes in", () => {
	it("is the same package as its folder, also with a folder around it", async () => {
		const { store, left } = await newStore();
		const { digest } = await store.ingestArchive(await archiveFile(tarOf(packageFiles(), "credit-risk/")));
		expect(await store.ingestFolder(await writePackage(packageFiles()))).toMatchObject({ digest, existed: true });
		expect(await store.verify(digest)).toMatchObject({ verdict: "pass" });
		expect(await left()).toEqual([]);
	});

	it("is refused with the archive's own code when it would write elsewhere, and leaves nothing", async () => {
		const { store, left } = await newStore();
		const path = await archiveFile(tarOf({ ...packageFiles(), "../../etc/cron.d/x": "x" }));
		await expect(store.ingestArchive(path)).rejects.toMatchObject({
			code: "archive.path",
			message: expect.stringContaining("etc/cron.d/x"),
		});
		expect([await store.list(), await left()]).toEqual([[], []]);
	});

	it("is refused with the check's words when the package in it is incomplete", async () => {
		const { store, left } = await newStore();
		const path = await archiveFile(tarOf(packageFiles({ "input.schema.json": null })));
		await expect(store.ingestArchive(path)).rejects.toMatchObject({ code: "package.refused" });
		expect([await store.list(), await left()]).toEqual([[], []]);
	});

	it("may be uploaded in parts, and is a package after its sum was compared", async () => {
		const { store, uploads } = await newStore();
		const bytes = tarOf(packageFiles());
		const claim = { archive: { name: "package.tar", size: bytes.length, sha256: sha256Of(bytes) } };
		const { id } = await uploads.begin(claim);
		const wrong = Buffer.from(bytes);
		wrong[600]! ^= 1;
		await uploads.append(id, 0, { offset: 0, body: bodyOf(wrong) });
		await expect(uploads.finish(id)).rejects.toMatchObject({ code: "upload.checksum", path: "package.tar" });
		expect((await uploads.begin(claim)).files[0]?.offset).toBe(0);
		await uploads.append(id, 0, { offset: 0, body: bodyOf(bytes.subarray(0, 1_000)) });
		await uploads.append(id, 0, { offset: 1_000, body: bodyOf(bytes.subarray(1_000)) });
		expect((await uploads.finish(id)).manifest.name).toBe("credit-risk");
		expect(await store.list()).toHaveLength(1);
	});

	it("that is none is refused, and its upload is gone", async () => {
		const { store, uploads } = await newStore();
		const bytes = Buffer.from("<!DOCTYPE html><title>Sign in</title>");
		const { id } = await uploads.begin({ archive: { name: "package.zip", size: bytes.length, sha256: sha256Of(bytes) } });
		await uploads.append(id, 0, { offset: 0, body: bodyOf(bytes) });
		await expect(uploads.finish(id)).rejects.toMatchObject({ code: expect.stringMatching(/^archive\./) });
		await expect(uploads.status(id)).rejects.toMatchObject({ code: "upload.unknown" });
		await mkdir(join(store.root, "uploads", "new-interrupted"));
		await openUploads(store);
		expect(await readdir(join(store.root, "uploads"))).toEqual([]);
	});
});
