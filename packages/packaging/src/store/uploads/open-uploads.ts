import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { packageDigest } from "../../lock/package-lock.ts";
import { storeFault } from "../disk-faults.ts";
import { requireRoom } from "../disk-room.ts";
import type { IngestOptions } from "../ingest-folder.ts";
import type { Ingested, PackageStore } from "../package-store.ts";
import { appendPart, truncated, type UploadPart } from "./append-part.ts";
import { finishUpload } from "./finish-upload.ts";
import { claimedBytes, claimKey, requireSoundClaim, type UploadClaim } from "./upload-claim.ts";
import { type FileProgress, UploadFolder } from "./upload-folder.ts";

/** An upload that nobody touched for so long is given up. */
const KEPT_MS = 24 * 3_600_000;
const MAX_OPEN = 64;
const UPLOAD_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface UploadStatus {
	readonly id: string;
	readonly files: readonly FileProgress[];
	/** Epoch ms: it is given up then, unless a part comes before. */
	readonly expiresAtMs: number;
}

/** Bytes of a file that have arrived and that were promised. */
export interface PartTaken {
	readonly offset: number;
	readonly size: number;
}

/**
 * Packages that arrive in parts: bytes on the disk under `uploads/`, going on from where they ended after a lost connection, a killed
 * sender or a killed control. Nothing of them is a package before `finish` has taken it in as any other.
 */
export interface Uploads {
	/** Begins one, or finds the one of the same promise. Throws HeadgateError `upload.*`, `package.*`, `store.full`. */
	begin(claim: UploadClaim): Promise<UploadStatus>;
	status(id: string): Promise<UploadStatus>;
	/** Adds a part to a file; returns where the file ends now, and where it will. */
	append(id: string, index: number, part: UploadPart): Promise<PartTaken>;
	/** Throws `upload.truncated` for the first file whose bytes are not all there. */
	requireWhole(id: string): Promise<void>;
	/** Checks everything and stores it. Afterwards, and after a refusal, the upload is gone; after a fault it can be finished again. */
	finish(id: string, options?: IngestOptions): Promise<Ingested>;
	discard(id: string): Promise<void>;
}

/** Opens the uploads of a store, and removes those that were given up or never wholly begun. */
export async function openUploads(store: PackageStore, clock: () => number = Date.now): Promise<Uploads> {
	const root = join(store.root, "uploads");
	try {
		await mkdir(root, { recursive: true });
		const uploads = new FolderUploads(store, root, clock);
		await uploads.sweep();
		return uploads;
	} catch (error) {
		throw storeFault(error, root);
	}
}

class FolderUploads implements Uploads {
	readonly #store: PackageStore;
	readonly #root: string;
	readonly #clock: () => number;
	/** Files that are written to now, as `id/index`, and uploads that are finished, as `id`. */
	readonly #busy = new Set<string>();
	/** The one that was asked for last: a promise of 10,000 files is long, and is not read again for each part. */
	#last: UploadFolder | undefined;
	#beginning: Promise<unknown> = Promise.resolve();

	constructor(store: PackageStore, root: string, clock: () => number) {
		this.#store = store;
		this.#root = root;
		this.#clock = clock;
	}

	begin(claim: UploadClaim): Promise<UploadStatus> {
		const beginning = this.#beginning.then(() => this.#begin(claim));
		this.#beginning = beginning.catch(() => undefined);
		return beginning;
	}

	async status(id: string): Promise<UploadStatus> {
		return this.#describe(await this.#find(id));
	}

	async append(id: string, index: number, part: UploadPart): Promise<PartTaken> {
		const upload = await this.#find(id);
		const file = upload.files[index];
		if (file === undefined || upload.stored !== undefined) {
			throw new HeadgateError("upload.unknown", `upload ${id} waits for no file ${index}`, { path: "index" });
		}
		this.#refuseBusy(id, id);
		return this.#alone(`${id}/${index}`, async () => {
			try {
				const offset = await appendPart(upload.pathOf(file), file, part);
				if (await upload.isOpen()) return { offset, size: file.size };
				throw unknown();
			} catch (error) {
				// Given up while this part was written.
				if ((error as NodeJS.ErrnoException).code === "ENOENT") throw unknown();
				throw storeFault(error, this.#root);
			} finally {
				await upload.touch(this.#clock()).catch(() => undefined);
			}
		});
	}

	async requireWhole(id: string): Promise<void> {
		await requireWhole(await this.#find(id));
	}

	async finish(id: string, options: IngestOptions = {}): Promise<Ingested> {
		const upload = await this.#find(id);
		for (const index of upload.files.keys()) this.#refuseBusy(`${id}/${index}`, id);
		return this.#alone(id, async () => {
			await requireWhole(upload);
			return finishUpload(this.#store, upload, options);
		});
	}

	async discard(id: string): Promise<void> {
		const upload = await this.#find(id);
		await this.#alone(id, () => upload.remove());
	}

	/** Removes what was given up, and what a killed process left of a beginning. */
	async sweep(): Promise<void> {
		for (const name of await readdir(this.#root)) {
			const isBusy = [...this.#busy].some((key) => key.startsWith(name));
			if (isBusy) continue;
			if (!(await this.#isKept(name))) await rm(join(this.#root, name), { recursive: true, force: true });
		}
	}

	/** One that cannot be read now is kept: the next time may be better. */
	async #isKept(name: string): Promise<boolean> {
		try {
			const upload = UPLOAD_ID.test(name) ? await UploadFolder.open(this.#root, name) : undefined;
			return upload !== undefined && (await upload.touchedAtMs()) + KEPT_MS > this.#clock();
		} catch {
			return true;
		}
	}

	async #begin(claim: UploadClaim): Promise<UploadStatus> {
		requireSoundClaim(claim);
		try {
			await this.sweep();
			const open = await this.#open();
			const same = open.find((upload) => upload.key === claimKey(claim));
			if (same !== undefined) return await this.#describe(same);
			if (open.length >= MAX_OPEN) throw new HeadgateError("upload.too-many", `${open.length} uploads are open`);
			const stored = "files" in claim ? (await this.#store.find(packageDigest(claim.files)))?.digest : undefined;
			if (stored === undefined)
				await requireRoom(this.#root, claimedBytes(claim) + (await awaited(open)), "the upload, with those under way,");
			return await this.#describe(await UploadFolder.create(this.#root, randomUUID(), { claim, stored }));
		} catch (error) {
			throw storeFault(error, this.#root);
		}
	}

	async #open(): Promise<UploadFolder[]> {
		const ids = (await readdir(this.#root)).filter((name) => UPLOAD_ID.test(name));
		const uploads = await Promise.all(ids.map((id) => UploadFolder.open(this.#root, id).catch(() => undefined)));
		return uploads.filter((upload) => upload !== undefined);
	}

	async #find(id: string): Promise<UploadFolder> {
		const last = this.#last;
		if (last?.id === id && (await last.isOpen())) return last;
		const upload = UPLOAD_ID.test(id) ? await UploadFolder.open(this.#root, id) : undefined;
		this.#last = upload;
		if (upload !== undefined) return upload;
		throw unknown();
	}

	async #describe(upload: UploadFolder): Promise<UploadStatus> {
		const expiresAtMs = Math.round((await upload.touchedAtMs()) + KEPT_MS);
		return { id: upload.id, files: await upload.progress(), expiresAtMs };
	}

	#refuseBusy(key: string, id: string): void {
		if (this.#busy.has(key))
			throw new HeadgateError("upload.in-use", `upload ${id} is being written to, or finished, by another request`);
	}

	async #alone<T>(key: string, work: () => Promise<T>): Promise<T> {
		this.#refuseBusy(key, key.slice(0, 36));
		this.#busy.add(key);
		try {
			return await work();
		} finally {
			this.#busy.delete(key);
		}
	}
}

function unknown(): HeadgateError {
	return new HeadgateError("upload.unknown", "there is no such upload", { path: "id" });
}

/** Bytes that the open uploads still wait for. */
async function awaited(open: readonly UploadFolder[]): Promise<number> {
	const files = (await Promise.all(open.map((upload) => upload.progress()))).flat();
	return files.reduce((sum, { size, offset }) => sum + Math.max(0, size - offset), 0);
}

async function requireWhole(upload: UploadFolder): Promise<void> {
	const missing = (await upload.progress()).find(({ offset, size }) => offset < size);
	if (missing !== undefined) throw truncated(upload.files[missing.index]!, missing.offset);
}
