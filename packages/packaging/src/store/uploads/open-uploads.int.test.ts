import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { encodeModel } from "../../testing/encode-onnx.ts";
import { manifestText, packageFiles, temporaryFolder, writePackage } from "../../testing/package-fixture.ts";
import { bodyOf, claimOf, cutBody, sendRest, sha256Of } from "../../testing/upload-fixture.ts";
import { openPackageStore } from "../package-store.ts";
import { openUploads } from "./open-uploads.ts";
import type { UploadClaim } from "./upload-claim.ts";

const CHILD = fileURLToPath(new URL("../../testing/upload-child.ts", import.meta.url));
const HOUR_MS = 3_600_000;

async function opened(root?: string) {
	const at = root ?? (await temporaryFolder());
	let nowMs = Date.now();
	const store = await openPackageStore(at);
	const uploads = await openUploads(store, () => nowMs);
	const pass = (ms: number): void => {
		nowMs += ms;
	};
	return { root: at, store, uploads, pass, ids: () => readdir(join(at, "uploads")) };
}

const one = (path: string, bytes: Uint8Array): UploadClaim => ({
	files: [{ path, size: bytes.length, sha256: sha256Of(bytes) }],
});

describe("an upload", () => {
	it("that is finished is the same package as one that was pushed, and leaves nothing behind", async () => {
		const { root, store, uploads, ids } = await opened();
		const folder = await writePackage(packageFiles({ "code/deep/x.txt": "x", empty: "" }));
		const status = await uploads.begin(await claimOf(folder));
		await sendRest(uploads, folder, status);
		const { digest, existed } = await uploads.finish(status.id);
		expect(existed).toBe(false);
		expect(await ids()).toEqual([]);
		expect(await store.verify(digest)).toMatchObject({ verdict: "pass", level: "L4" });
		expect(await readdir(join(root, "store", "credit-risk", digest.slice(7)))).toContain("model.lock.json");
		expect(await (await opened()).store.ingestFolder(folder)).toMatchObject({ digest });
	});

	it("goes on where it was cut off, also under a new process", async () => {
		const { root, uploads } = await opened();
		const folder = await writePackage(packageFiles({ "data.bin": new Uint8Array(1_000).fill(1) }));
		const claim = await claimOf(folder);
		const { id, files } = await uploads.begin(claim);
		const { index } = files.find(({ path }) => path === "data.bin")!;
		const cut = uploads.append(id, index, { offset: 0, body: cutBody(new Uint8Array(600).fill(1)) });
		await expect(cut).rejects.toMatchObject({
			code: "upload.truncated",
			message: "received 600 of 1,000 bytes of data.bin; resume with Upload-Offset: 600",
		});
		const again = (await opened(root)).uploads;
		const status = await again.begin(claim);
		expect(status.id).toBe(id);
		expect(status.files[index]).toEqual({ index, path: "data.bin", size: 1_000, offset: 600 });
		await expect(again.append(id, index, { offset: 500, body: bodyOf(new Uint8Array(500)) })).rejects.toMatchObject({
			code: "upload.offset",
			hint: expect.stringContaining("Upload-Offset: 600"),
		});
		await sendRest(again, folder, status);
		expect((await again.finish(id)).manifest.name).toBe("credit-risk");
	});

	it("that is not all there is not finished: it says how much of which file arrived, and nothing is in the store", async () => {
		const { store, uploads, ids } = await opened();
		const folder = await writePackage(packageFiles());
		const { id, files } = await uploads.begin(await claimOf(folder));
		await expect(uploads.finish(id)).rejects.toMatchObject({
			code: "upload.truncated",
			message: expect.stringMatching(/^received 0 of \d+ bytes of CHANGES.md; resume/),
		});
		await expect(uploads.append(id, files[0]!.index, { offset: 0, body: bodyOf() })).rejects.toMatchObject({
			code: "upload.empty",
		});
		expect([await store.list(), await ids()]).toEqual([[], [id]]);
	});

	it("of one flipped byte is refused with both sums, and only that file is asked for again", async () => {
		const { store, uploads } = await opened();
		const folder = await writePackage(packageFiles());
		const status = await uploads.begin(await claimOf(folder));
		const { index, size } = status.files.find(({ path }) => path === "CHANGES.md")!;
		const wrong = new Uint8Array(size).fill(65);
		await uploads.append(status.id, index, { offset: 0, body: bodyOf(wrong) });
		await sendRest(uploads, folder, await uploads.status(status.id));
		await expect(uploads.finish(status.id)).rejects.toMatchObject({
			code: "upload.checksum",
			path: "CHANGES.md",
			message: expect.stringMatching(
				new RegExp(`^the sha256 of CHANGES.md differs: expected [0-9a-f]{64}, got ${sha256Of(wrong)}$`),
			),
		});
		expect(await store.list()).toEqual([]);
		const now = await uploads.status(status.id);
		expect(now.files.filter(({ offset, size }) => offset < size).map(({ path }) => path)).toEqual(["CHANGES.md"]);
		await sendRest(uploads, folder, now);
		expect((await uploads.finish(status.id)).existed).toBe(false);
	});

	it("takes back a part whose own sum is wrong, and a part that is too long", async () => {
		const { uploads } = await opened();
		const { id } = await uploads.begin(one("a.bin", new Uint8Array(10)));
		await uploads.append(id, 0, { offset: 0, body: bodyOf(new Uint8Array(4)) });
		const flipped = uploads.append(id, 0, { offset: 4, body: bodyOf(new Uint8Array(4)), sha256: "0".repeat(64) });
		await expect(flipped).rejects.toMatchObject({ code: "upload.checksum" });
		const long = uploads.append(id, 0, { offset: 4, body: bodyOf(new Uint8Array(4), new Uint8Array(4)) });
		await expect(long).rejects.toMatchObject({ code: "upload.too-long", message: expect.stringContaining("the 10 that") });
		expect((await uploads.status(id)).files[0]?.offset).toBe(4);
	});

	it("that its checks refuse is gone, and nothing of it is in the store", async () => {
		const { store, uploads, ids } = await opened();
		const folder = await writePackage(packageFiles({ "model.onnx": encodeModel().subarray(0, 40) }));
		const status = await uploads.begin(await claimOf(folder));
		await sendRest(uploads, folder, status);
		await expect(uploads.finish(status.id)).rejects.toMatchObject({ code: "package.refused" });
		expect([await store.list(), await ids()]).toEqual([[], []]);
		await expect(uploads.status(status.id)).rejects.toMatchObject({ code: "upload.unknown" });
	});

	it("is cancelled without losing what has arrived", async () => {
		const { store, uploads } = await opened();
		const folder = await writePackage(packageFiles());
		const status = await uploads.begin(await claimOf(folder));
		await sendRest(uploads, folder, status);
		const stop = new AbortController();
		const finishing = uploads.finish(status.id, { signal: stop.signal, onProgress: () => stop.abort() });
		await expect(finishing).rejects.toMatchObject({ code: "push.cancelled" });
		expect(await store.list()).toEqual([]);
		expect((await uploads.finish(status.id)).existed).toBe(false);
	});

	it("of a package that is stored already asks for no bytes", async () => {
		const { store, uploads } = await opened();
		const folder = await writePackage(packageFiles());
		const { digest } = await store.ingestFolder(folder);
		const { id, files } = await uploads.begin(await claimOf(folder));
		expect(files.every(({ offset, size }) => offset === size)).toBe(true);
		expect(await uploads.finish(id)).toMatchObject({ digest, existed: true });
	});

	it("of the same version with other content is refused with both digests", async () => {
		const { store, uploads, ids } = await opened();
		const { digest } = await store.ingestFolder(await writePackage(packageFiles()));
		const other = await writePackage(packageFiles({ "CHANGES.md": "other notes, which say as much as the first" }));
		const status = await uploads.begin(await claimOf(other));
		await sendRest(uploads, other, status);
		const refusal = await uploads.finish(status.id).catch((error: Error) => error);
		expect(refusal).toMatchObject({ code: "version.immutable", message: expect.stringContaining(digest) });
		expect((refusal as Error).message.match(/sha256:[0-9a-f]{64}/g)).toHaveLength(2);
		expect(await ids()).toEqual([]);
	});

	it("beside another of the same version: one is stored, the other learns of it", async () => {
		const { store, uploads } = await opened();
		const folders = [
			await writePackage(packageFiles()),
			await writePackage(packageFiles({ "CHANGES.md": "other notes, which say as much as the first" })),
		];
		const begun = [];
		for (const folder of folders) {
			const status = await uploads.begin(await claimOf(folder));
			await sendRest(uploads, folder, status);
			begun.push(status.id);
		}
		const ends = await Promise.allSettled(begun.map((id) => uploads.finish(id)));
		expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
		expect(ends.find((end) => end.status === "rejected")?.reason).toMatchObject({ code: "version.immutable" });
		expect(await store.list()).toHaveLength(1);
	});

	it("has one writer a file, and none while it is being finished", async () => {
		const { uploads } = await opened();
		const folder = await writePackage(packageFiles());
		const status = await uploads.begin(await claimOf(folder));
		await sendRest(uploads, folder, { ...status, files: status.files.slice(1) });
		const [first] = status.files;
		let goOn = (): void => {};
		const waiting = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		async function* slow(): AsyncGenerator<Uint8Array> {
			yield new Uint8Array(1);
			await waiting;
		}
		const slowly = uploads.append(status.id, first!.index, { offset: 0, body: slow() });
		await new Promise((resolve) => setImmediate(resolve));
		await expect(uploads.append(status.id, first!.index, { offset: 0, body: bodyOf() })).rejects.toMatchObject({
			code: "upload.in-use",
		});
		await expect(uploads.finish(status.id)).rejects.toMatchObject({ code: "upload.in-use" });
		goOn();
		expect(await slowly).toEqual({ offset: 1, size: first!.size });
	});

	it("tells a sender whose upload was given up meanwhile, instead of taking bytes that are gone", async () => {
		const { uploads, ids } = await opened();
		const { id } = await uploads.begin(one("a.bin", new Uint8Array(10)));
		async function* body(): AsyncGenerator<Uint8Array> {
			yield new Uint8Array(1);
			await uploads.discard(id);
			yield new Uint8Array(1);
		}
		await expect(uploads.append(id, 0, { offset: 0, body: body() })).rejects.toMatchObject({ code: "upload.unknown" });
		expect(await ids()).toEqual([]);
		await expect(uploads.append(id, 0, { offset: 0, body: bodyOf() })).rejects.toMatchObject({ code: "upload.unknown" });
	});

	it("keeps an upload whose promise cannot be read at the moment", async () => {
		const { uploads, ids, store } = await opened();
		const { id } = await uploads.begin(one("a.bin", new Uint8Array(10)));
		const promise = join(store.root, "uploads", id, "upload.json");
		const text = await readFile(promise);
		await rm(promise);
		await mkdir(promise);
		await uploads.begin(one("b.bin", new Uint8Array(10)));
		expect(await ids()).toContain(id);
		await rm(promise, { recursive: true });
		await writeFile(promise, text);
		expect(await uploads.begin(one("a.bin", new Uint8Array(10)))).toMatchObject({ id });
	});

	it("is given up when nobody touched it for 24 h, and not a moment before", async () => {
		const { uploads, pass, ids } = await opened();
		const { id } = await uploads.begin(one("a.bin", new Uint8Array(10)));
		pass(23 * HOUR_MS);
		await uploads.append(id, 0, { offset: 0, body: bodyOf(new Uint8Array(4)) });
		pass(23 * HOUR_MS);
		await uploads.begin(one("b.bin", new Uint8Array(10)));
		expect(await ids()).toContain(id);
		pass(2 * HOUR_MS);
		await uploads.begin(one("c.bin", new Uint8Array(10)));
		expect(await ids()).not.toContain(id);
	});

	it("is visible whole or not at all whenever its process is killed, and can be gone on with", async () => {
		const folder = await writePackage(packageFiles({ "data.bin": new Uint8Array(4 * 1024 * 1024).fill(7) }));
		let visible = 0;
		for (const moment of ["begun", "part", "sent", "hashed", "published"]) {
			const root = await temporaryFolder();
			const child = spawn(process.execPath, [CHILD, root, folder, moment], { stdio: ["ignore", "ignore", "inherit"] });
			expect((await once(child, "exit"))[1], moment).toBe("SIGKILL");
			const { store, uploads, ids } = await opened(root);
			for (const { digest } of await store.list()) {
				visible++;
				expect(await store.verify(digest)).toMatchObject({ verdict: "pass", level: "L4" });
			}
			const status = await uploads.begin(await claimOf(folder));
			const arrived = status.files.reduce((sum, { offset }) => sum + offset, 0);
			if (moment === "part") expect(arrived).toBe(2 * 1024 * 1024);
			if (moment !== "begun" && moment !== "part") expect(status.files.every(({ offset, size }) => offset === size)).toBe(true);
			await sendRest(uploads, folder, status);
			expect((await uploads.finish(status.id)).manifest.version).toBe("1.1.0");
			expect(await ids()).toEqual([]);
			expect(await store.list()).toHaveLength(1);
		}
		expect(visible).toBe(1);
	}, 120_000);

	it("stops on a full disk with one clear fault, keeps what arrived, and leaves the store as it was", async () => {
		const root = await temporaryFolder();
		const folder = await writePackage(packageFiles({ "data.bin": new Uint8Array(1024 * 1024).fill(1) }));
		const script = `trap '' XFSZ; ulimit -f 256; exec "$0" "$@"`;
		const child = spawn("sh", ["-c", script, process.execPath, CHILD, root, folder], { stdio: ["ignore", "pipe", "inherit"] });
		let text = "";
		child.stdout.on("data", (bytes: Buffer) => {
			text += bytes.toString();
		});
		await once(child, "close");
		expect(JSON.parse(text)).toMatchObject({ code: "store.full", hint: expect.stringContaining("Free space") });
		const { store, uploads } = await opened(root);
		expect(await store.list()).toEqual([]);
		const status = await uploads.begin(await claimOf(folder));
		expect(status.files.some(({ offset }) => offset > 0)).toBe(true);
		await sendRest(uploads, folder, status);
		expect((await uploads.finish(status.id)).existed).toBe(false);
	});
});

describe("what is promised", () => {
	const sha256 = "0".repeat(64);
	const refused: readonly [string, string, UploadClaim][] = [
		["nothing", "upload.empty", { files: [] }],
		["an empty archive", "upload.empty", { archive: { name: "a.tar", size: 0, sha256 } }],
		["an archive in a folder", "package.path", { archive: { name: "x/a.tar", size: 1, sha256 } }],
		["a path that leaves the package", "package.path", { files: [{ path: "../x", size: 1, sha256 }] }],
		["an absolute path", "package.path", { files: [{ path: "/etc/passwd", size: 1, sha256 }] }],
		["a lock", "package.path", { files: [{ path: "model.lock.json", size: 1, sha256 }] }],
		["twins", "package.duplicate-path", { files: ["a.txt", "A.txt"].map((path) => ({ path, size: 1, sha256 })) }],
		["twin folders", "package.duplicate-path", { files: ["a/x", "A/y"].map((path) => ({ path, size: 1, sha256 })) }],
		["a file that is a folder", "package.duplicate-path", { files: ["a", "a/y"].map((path) => ({ path, size: 1, sha256 })) }],
		["half a sum", "request.invalid", { files: [{ path: "a", size: 1, sha256: "ab" }] }],
		["2 TiB", "upload.too-large", { files: [{ path: "a", size: 2 ** 41, sha256 }] }],
		["more than the disk holds", "store.full", { files: [{ path: "a", size: 2 ** 40, sha256 }] }],
		["another digest", "package.claim", { files: [{ path: "a", size: 1, sha256 }], packageDigest: `sha256:${sha256}` }],
		[
			"10,001 files",
			"package.too-many-files",
			{ files: Array.from({ length: 10_001 }, (_, i) => ({ path: `f${i}`, size: 1, sha256 })) },
		],
	];
	it.each(refused)("%s is refused before a byte is written", async (_, code, claim) => {
		const { uploads, ids } = await opened();
		await expect(uploads.begin(claim)).rejects.toMatchObject({ code });
		expect(await ids()).toEqual([]);
	});

	it("is bounded in number", async () => {
		const { uploads } = await opened();
		for (let i = 0; i < 64; i++) await uploads.begin(one(`f${i}`, new Uint8Array(1)));
		await expect(uploads.begin(one("one-more", new Uint8Array(1)))).rejects.toMatchObject({ code: "upload.too-many" });
		expect((await uploads.begin(one("f7", new Uint8Array(1)))).files[0]?.path).toBe("f7");
	});

	it("is looked for under no other name than the id it was given", async () => {
		const { root, uploads } = await opened();
		await writeFile(join(root, "upload.json"), JSON.stringify({ claim: { files: [] } }));
		for (const id of ["..", "../uploads", "", "x".repeat(36)]) {
			await expect(uploads.status(id)).rejects.toMatchObject({ code: "upload.unknown" });
		}
	});
});

describe("an upload whose folder was spoiled", () => {
	it("is no package: what lies there beside the promised files is refused", async () => {
		const { root, store, uploads } = await opened();
		const folder = await writePackage(packageFiles({ "model.yaml": manifestText() }));
		const status = await uploads.begin(await claimOf(folder));
		await sendRest(uploads, folder, status);
		await truncate(join(root, "uploads", status.id, "content", "CHANGES.md"), 3);
		await expect(uploads.finish(status.id)).rejects.toMatchObject({ code: "upload.truncated" });
		expect(await store.list()).toEqual([]);
	});
});
