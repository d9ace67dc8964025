import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import {
	access,
	appendFile,
	chmod,
	copyFile,
	link,
	mkdir,
	open,
	readdir,
	readFile,
	stat,
	symlink,
	truncate,
	utimes,
	writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkPackage } from "../checks/check-package.ts";
import { encodeModel, floats } from "../testing/encode-onnx.ts";
import { manifestText, packageFiles, temporaryFolder, writePackage } from "../testing/package-fixture.ts";
import { openPackageStore, type PackageStore } from "./package-store.ts";
import { renewSeals, type SealRenewal } from "./renew-seals.ts";

const CHILD = fileURLToPath(new URL("../testing/ingest-child.ts", import.meta.url));

async function newStore(): Promise<PackageStore> {
	return openPackageStore(await temporaryFolder());
}

async function stored(files: Parameters<typeof packageFiles>[0] = {}) {
	const store = await newStore();
	const ingested = await store.ingestFolder(await writePackage(packageFiles(files)));
	return { store, ...ingested, path: await store.path(ingested.digest) };
}

/** Writes through the read-only mode, as a careless administrator would. */
async function overwrite(path: string, offset: number, bytes: Uint8Array): Promise<void> {
	await chmod(path, 0o644);
	const handle = await open(path, "r+");
	await handle.write(bytes, 0, bytes.length, offset);
	await handle.close();
}

async function renewed(store: PackageStore): Promise<SealRenewal[]> {
	const found: SealRenewal[] = [];
	for await (const one of renewSeals(store)) found.push(one);
	return found;
}

describe("a package that comes in", () => {
	it("is stored whole, read-only, under its name and digest, with nothing left behind", async () => {
		const { store, digest, path, lock } = await stored();
		expect(path).toBe(join(store.root, "store", "credit-risk", digest.slice(7)));
		expect((await stat(join(path, "model.onnx"))).mode & 0o777).toBe(0o444);
		expect(await readdir(join(store.root, "incoming"))).toEqual([]);
		expect(JSON.parse(await readFile(join(path, "model.lock.json"), "utf8"))).toEqual(lock);
		expect(await store.verify(digest)).toMatchObject({ verdict: "pass", level: "L4" });
		expect((await store.list()).map((one) => `${one.name}@${one.version}`)).toEqual(["credit-risk@1.1.0"]);
		expect((await store.manifest(digest)).owner.team).toBe("risk-ml");
	});

	it("comes in once, however often it is pushed, also twice at once", async () => {
		const store = await newStore();
		const folder = await writePackage(packageFiles());
		const both = await Promise.all([store.ingestFolder(folder), store.ingestFolder(folder)]);
		expect(both[0].digest).toBe(both[1].digest);
		expect(both.map((one) => one.existed).sort()).toEqual([false, true]);
		expect(await store.list()).toHaveLength(1);
	});

	it("never changes: the same version with other bytes is refused with both digests", async () => {
		const { store, digest } = await stored();
		const other = await writePackage(packageFiles({ "CHANGES.md": "other notes, which say as much as the first" }));
		await expect(store.ingestFolder(other)).rejects.toMatchObject({
			code: "version.immutable",
			message: expect.stringContaining(digest),
		});
	});

	it("that fails a check is refused with the check's words, and nothing of it stays", async () => {
		const store = await newStore();
		const folder = await writePackage(packageFiles({ "model.onnx": encodeModel().subarray(0, 40) }));
		await expect(store.ingestFolder(folder)).rejects.toMatchObject({
			code: "package.refused",
			message: expect.stringMatching(/^credit-risk@1.1.0 is refused: C01: model.onnx is cut off: the graph at offset 4/),
			hint: expect.not.stringContaining("headgate check"),
			summary: { verdict: "fail" },
		});
		await expect(store.ingestFolder(await writePackage(packageFiles({ "model.yaml": "name: a\n" })))).rejects.toMatchObject({
			hint: expect.stringContaining("`headgate check` lists all that refuses it."),
		});
		expect([await store.list(), await readdir(join(store.root, "incoming"))]).toEqual([[], []]);
	});

	it("is refused when a file differs from the claim", async () => {
		const store = await newStore();
		const folder = await writePackage(packageFiles());
		const sha256 = "0".repeat(64);
		const size = (await stat(join(folder, "model.onnx"))).size;
		for (const claim of [
			{ path: "model.onnx", size: size + 1, sha256 },
			{ path: "model.onnx", size, sha256 },
			{ path: "gone", size, sha256 },
		]) {
			await expect(store.ingestFolder(folder, { claim: { files: [claim] } })).rejects.toMatchObject({
				message: expect.stringContaining("A01"),
			});
		}
	});

	it("is refused when it was changed after its own lock was made", async () => {
		const { store, path } = await stored();
		const folder = await writePackage(packageFiles({ "model.lock.json": await readFile(join(path, "model.lock.json"), "utf8") }));
		await expect(store.ingestFolder(folder)).resolves.toMatchObject({ existed: true });
		await appendFile(join(folder, "CHANGES.md"), "x");
		await expect(store.ingestFolder(folder)).rejects.toMatchObject({ message: expect.stringContaining("A01: CHANGES.md has") });
	});

	it("is refused when its lock or its manifest is larger than any can be, and neither is read into memory", async () => {
		const folder = await writePackage(packageFiles({ "model.lock.json": "{}" }));
		await truncate(join(folder, "model.lock.json"), 3 * 1024 ** 3);
		const store = await newStore();
		await expect(store.ingestFolder(folder)).rejects.toMatchObject({ code: "package.lock" });
		const check = await checkPackage(folder);
		expect(check.results.find(({ id }) => id === "A04")).toMatchObject({
			status: "fail",
			message: expect.stringContaining("3,221,225,472"),
		});
		const other = await writePackage(packageFiles({ "model.yaml": "" }));
		await truncate(join(other, "model.yaml"), 2 * 1024 * 1024);
		await expect(store.ingestFolder(other)).rejects.toMatchObject({
			code: "package.refused",
			message: expect.stringContaining("M01"),
		});
	});

	it("is refused for links, and for paths that not every system can hold", async () => {
		const store = await newStore();
		const spoil: [string, (folder: string) => Promise<unknown>][] = [
			["package.link", (folder) => symlink("/etc", join(folder, "a"))],
			["package.path", (folder) => writeFile(join(folder, "a\u001b[31m\nb"), "x")],
			["package.path", (folder) => writeFile(join(folder, "con.txt"), "x")],
			["package.path", (folder) => writeFile(join(folder, "e\u0301"), "x")],
			["package.duplicate-path", (folder) => writeFile(join(folder, "MODEL.onnx"), "x")],
		];
		for (const [code, act] of spoil) {
			const folder = await writePackage(packageFiles());
			await act(folder);
			const refusal = await store.ingestFolder(folder).catch((error: Error) => error);
			expect(refusal).toMatchObject({ code });
			expect((refusal as Error).message).not.toMatch(/[\u0000-\u001f]/);
		}
		await expect(store.ingestFolder("/nowhere")).rejects.toMatchObject({ code: "package.not-found" });
	});

	it("is refused for hard links, with what to do: bytes that have another name can be changed under it", async () => {
		const store = await newStore();
		const folder = await writePackage(packageFiles());
		await link(join(folder, "CHANGES.md"), join(await temporaryFolder(), "elsewhere.md"));
		await expect(store.ingestFolder(folder)).rejects.toMatchObject({
			code: "package.link",
			message: "'CHANGES.md' is a hard link: its bytes have 2 names",
			hint: expect.stringContaining("cp"),
		});
		expect(await readdir(join(store.root, "incoming"))).toEqual([]);
	});

	it("is refused at once when a pipe has taken the place of a file while it was read", async () => {
		const folder = await writePackage(packageFiles());
		const store = await newStore();
		let swapped = false;
		const swap = (): void => {
			if (swapped) return;
			swapped = true;
			rmSync(join(folder, "output.schema.json"));
			execFileSync("mkfifo", [join(folder, "output.schema.json")]);
		};
		await expect(store.ingestFolder(folder, { onProgress: swap })).rejects.toMatchObject({ code: "package.special-file" });
		expect([await store.list(), await readdir(join(store.root, "incoming"))]).toEqual([[], []]);
	});

	it("that the disk cannot hold is refused before the first byte, with both figures", async () => {
		const folder = await writePackage(packageFiles({ "data.bin": "" }));
		await truncate(join(folder, "data.bin"), 2 ** 43);
		const store = await newStore();
		await expect(store.ingestFolder(folder)).rejects.toMatchObject({
			code: "store.full",
			message: expect.stringMatching(/takes 8,796,\d{3},\d{3},\d{3} bytes and the disk of the store has [\d,]+ free$/),
		});
	});

	it("can be cancelled, and then leaves nothing", async () => {
		const store = await newStore();
		const stop = new AbortController();
		const folder = await writePackage(packageFiles({ "data.bin": new Uint8Array(8 * 1024 * 1024) }));
		const pushing = store.ingestFolder(folder, { signal: stop.signal, onProgress: () => stop.abort() });
		await expect(pushing).rejects.toMatchObject({ code: "push.cancelled" });
		expect([await store.list(), await readdir(join(store.root, "incoming"))]).toEqual([[], []]);
	});

	it("reports progress up to the last byte", async () => {
		const store = await newStore();
		const seen: number[] = [];
		const folder = await writePackage(packageFiles());
		await store.ingestFolder(folder, { onProgress: ({ bytesDone, bytesTotal }) => void seen.push(bytesDone / bytesTotal) });
		expect(seen.at(-1)).toBe(1);
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
	});

	it("does not fit on a full disk: one clear fault, and everything temporary is gone", async () => {
		const root = await temporaryFolder();
		const folder = await writePackage(packageFiles({ "data.bin": new Uint8Array(1024 * 1024).fill(1) }));
		// A file size limit stands for a full disk: the same write fails at the same place, without mounting anything.
		const script = `trap '' XFSZ; ulimit -f 256; exec "$0" "$@"`;
		const child = spawn("sh", ["-c", script, process.execPath, CHILD, root, folder], { stdio: ["ignore", "pipe", "inherit"] });
		expect(await outputOf(child)).toMatchObject({ code: "store.full", hint: expect.stringContaining("Free space") });
		expect([await readdir(join(root, "incoming")), await readdir(join(root, "store"))]).toEqual([[], []]);
	});

	it("is visible whole or not at all, whenever its process is killed", async () => {
		const folder = await writePackage(packageFiles({ "data.bin": new Uint8Array(24 * 1024 * 1024).fill(7) }));
		let visible = 0;
		for (const killAfter of ["start", "incoming", "copied", "seal"]) {
			const root = await temporaryFolder();
			const child = spawn(process.execPath, [CHILD, root, folder, killAfter], { stdio: ["ignore", "ignore", "inherit"] });
			expect((await once(child, "exit"))[1]).toBe("SIGKILL");
			const store = await openPackageStore(root);
			expect(await readdir(join(root, "incoming"))).toEqual([]);
			for (const one of await store.list()) {
				visible++;
				expect(await store.verify(one.digest)).toMatchObject({ verdict: "pass", level: "L4" });
			}
			expect((await store.ingestFolder(folder)).manifest.version).toBe("1.1.0");
		}
		expect(visible).toBe(1);
	});

	it("keeps what a living process is writing when another opens the store", async () => {
		const root = await temporaryFolder();
		await openPackageStore(root);
		const other = join(root, "incoming", `${process.ppid}-writing`);
		const ended = join(root, "incoming", "999999999-ended");
		for (const path of [other, ended]) await mkdir(path);
		await openPackageStore(root);
		await expect(access(other)).resolves.toBeUndefined();
		await expect(access(ended)).rejects.toMatchObject({ code: "ENOENT" });
	});
});

describe("a stored package", () => {
	const a04 = async (store: PackageStore, digest: string, options = {}) => {
		const summary = await store.verify(digest, options);
		return { ...summary.results.find((result) => result.id === "A04")!, verdict: summary.verdict, level: summary.level };
	};

	it("that lost its tail is refused with both sizes", async () => {
		const { store, digest, path } = await stored();
		await chmod(join(path, "CHANGES.md"), 0o644);
		await truncate(join(path, "CHANGES.md"), 5);
		expect(await a04(store, digest)).toMatchObject({
			verdict: "fail",
			message: expect.stringContaining("CHANGES.md has 5 bytes, the lock says"),
		});
	});

	it("with one changed byte is refused, naming the file, although its size and time are as before", async () => {
		const { store, digest, path } = await stored();
		const file = join(path, "CHANGES.md");
		const { atime, mtime } = await stat(file);
		await overwrite(file, 3, Buffer.from("X"));
		await utimes(file, atime, mtime);
		expect(await a04(store, digest)).toMatchObject({
			status: "fail",
			file: "CHANGES.md",
			message: expect.stringContaining("L4: CHANGES.md was changed"),
		});
	});

	it("whose seal broke but whose bytes are right passes after every byte was read, and can be sealed anew", async () => {
		const { store, digest, path } = await stored();
		await utimes(join(path, "CHANGES.md"), 1, 1);
		expect(await a04(store, digest, { budgetMs: 0 })).toMatchObject({
			status: "pass",
			level: "L4",
			message: expect.stringContaining("seal broken"),
		});
		await store.seal(digest);
		expect((await a04(store, digest)).message).toContain("seals hold");
	});

	it("with a time in the future has a broken seal", async () => {
		const { store, digest } = await stored();
		expect((await a04(store, digest, { now: 1_000 })).message).toContain("modification time in the future");
	});

	it("is read whole by its whole sums too, and what differs is named with its place", async () => {
		const { store, digest, path } = await stored();
		expect(await store.verifyWhole(digest)).toBeUndefined();
		await overwrite(join(path, "CHANGES.md"), 3, Buffer.from("X"));
		expect(await store.verifyWhole(digest)).toMatchObject({
			file: "CHANGES.md",
			message: expect.stringMatching(/bytes from offset 0 to \d+ have another sha256/),
		});
		await truncate(join(path, "CHANGES.md"), 2);
		expect((await store.verifyWhole(digest))?.message).toContain("CHANGES.md has 2 bytes, the lock says");
	});

	it("of which several files differ is refused with every one of them", async () => {
		const { store, digest, path } = await stored();
		for (const name of ["CHANGES.md", "input.schema.json"]) await overwrite(join(path, name), 3, Buffer.from("X"));
		const summary = await store.verify(digest);
		const a04 = summary.results.find(({ id }) => id === "A04");
		expect(a04?.findings?.map(({ file }) => file)).toEqual(["CHANGES.md", "input.schema.json"]);
	});

	it("is sealed anew at start when only its seal broke, and named when its bytes did", async () => {
		const { store, digest, path } = await stored();
		expect(await renewed(store)).toEqual([]);
		await utimes(join(path, "CHANGES.md"), 1, 1);
		const [found] = await renewed(store);
		expect(found).toMatchObject({ broken: expect.stringContaining("mtimeNs"), corruption: null, stored: { digest } });
		expect((await a04(store, digest)).message).toContain("seals hold");
		await overwrite(join(path, "CHANGES.md"), 3, Buffer.from("X"));
		const [corrupt] = await renewed(store);
		expect(corrupt?.corruption).toContain("CHANGES.md was changed");
		expect((await a04(store, digest)).verdict).toBe("fail");
	});

	it("whose lock is another package's is not found", async () => {
		const { store, digest, path } = await stored();
		const folder = await writePackage(packageFiles({ "model.yaml": manifestText({ version: 'version: "1.2.0"' }) }));
		const other = await store.ingestFolder(folder);
		await chmod(join(path, "model.lock.json"), 0o644);
		await copyFile(join(await store.path(other.digest), "model.lock.json"), join(path, "model.lock.json"));
		expect(await store.find(digest)).toBeUndefined();
	});

	it("with a changed lock is refused", async () => {
		const { store, digest, path } = await stored();
		const lock = await readFile(join(path, "model.lock.json"), "utf8");
		await overwrite(join(path, "model.lock.json"), lock.indexOf('"size": ') + 8, Buffer.from("9"));
		expect(await store.find(digest)).toBeUndefined();
		const again = store.ingestFolder(await writePackage(packageFiles()));
		await expect(again).rejects.toMatchObject({ code: "store.read-back", message: expect.stringContaining("damaged") });
	});

	it("with an added file is refused", async () => {
		const { store, digest, path } = await stored();
		await writeFile(join(path, "sitecustomize.py"), "x");
		expect(await store.verify(digest)).toMatchObject({ verdict: "fail" });
	});

	it("is judged by what was found when it came in, with what was not looked at then", async () => {
		const { store, digest, seal } = await stored();
		const unseen = "H05: the data themselves: only their digests are compared, and equal rows under other digests are not seen";
		const summary = await store.verify(digest);
		expect(summary.results.find(({ id }) => id === "H05")?.message).toContain("(found at push)");
		expect(summary.notVerified).toContain(unseen);
		const { notVerified: _, ...old } = seal.kept!["H05"]!;
		await store.seals.write(digest, { ...seal, kept: { H05: old as NonNullable<typeof seal.kept>[string] } });
		const again = await store.verify(digest);
		expect(again.results.find(({ id }) => id === "H05")?.message).not.toContain("(found at push)");
		expect(again.notVerified).toContain(unseen);
	});

	it("too large for the budget is sampled, and the summary says that it was not read whole", async () => {
		const model = encodeModel({
			tensors: [{ name: "w", dims: [2], external: { location: "weights.bin", offset: "0", length: "8" } }],
		});
		const folder = await writePackage(packageFiles({ "model.onnx": model, "weights.bin": floats(1, 2) }));
		await truncate(join(folder, "weights.bin"), 200 * 1024 * 1024);
		const store = await newStore();
		const { digest, lock } = await store.ingestFolder(folder);
		expect(lock.files.find((file) => file.path === "weights.bin")?.size).toBe(200 * 1024 * 1024);
		const summary = await store.verify(digest, { budgetMs: 0, seed: 7 });
		expect(summary).toMatchObject({ verdict: "pass", level: "L3" });
		expect(summary.notVerified.join()).toContain("a change elsewhere would not be seen yet");
		const whole = await store.verify(digest, { budgetMs: 600_000 });
		expect(whole).toMatchObject({ verdict: "pass", level: "L4" });
		expect(whole.notVerified.filter((words) => words.startsWith("A04"))).toEqual([]);
	});
});

async function outputOf(child: ChildProcess): Promise<unknown> {
	let text = "";
	child.stdout?.on("data", (bytes: Buffer) => {
		text += bytes.toString();
	});
	await once(child, "close");
	return JSON.parse(text);
}

describe("a store that is opened for reading", () => {
	it("finds packages and takes none", async () => {
		const { store, digest } = await stored();
		const reader = await openPackageStore(store.root, { readOnly: true });
		expect((await reader.find(digest))?.version).toBe("1.1.0");
		await expect(reader.ingestFolder(await writePackage(packageFiles({ "model.yaml": manifestText() })))).rejects.toMatchObject({
			code: "store.unwritable",
		});
	});
});
