import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError, type Manifest } from "@headgate/protocol";
import type { PublishedVersion } from "../checks/check-input.ts";
import { checkPackage } from "../checks/check-package.ts";
import { type CheckSummary, keptOf } from "../checks/run-checks.ts";
import { MANIFEST_FILE, type PackageLock } from "../lock/package-lock.ts";
import { type Seal, sealFiles } from "../lock/seal.ts";
import type { Corruption } from "../lock/verify-tiers.ts";
import { verifyWhole } from "../lock/verify-whole.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { Staged } from "./complete-staging.ts";
import { storeFault } from "./disk-faults.ts";
import { syncFolder } from "./durable.ts";
import { type IngestOptions, stageFolder } from "./ingest-folder.ts";
import { folderSealStore, type SealStore } from "./seal-store.ts";
import { stageArchive } from "./stage-archive.ts";
import { stageInPlace } from "./stage-in-place.ts";
import { clearLeftovers, openStaging } from "./staging.ts";
import { findStored, folderOf, listStored, type StoredPackage } from "./stored-packages.ts";

export interface Ingested {
	/** `sha256:<64 hex>`: the identity of the version. */
	readonly digest: string;
	readonly manifest: Manifest;
	readonly lock: PackageLock;
	/** What the file system said right after; written to the seal store too. */
	readonly seal: Seal;
	readonly summary: CheckSummary;
	/** True when this very package was stored before. */
	readonly existed: boolean;
}

export interface StoreOptions {
	/** Where seals are kept; default `seals/` under the root. */
	readonly seals?: SealStore;
	/** A reader clears nothing and stores nothing. */
	readonly readOnly?: boolean;
}

export interface VerifyOptions {
	/** Default 2000. */
	readonly budgetMs?: number;
	readonly now?: number;
	readonly seed?: number;
	readonly signal?: AbortSignal;
}

/** Packages on one disk: `incoming/` while they arrive, `store/<name>/<digest>/` once they are complete, never changed after. */
export interface PackageStore {
	readonly root: string;
	/** Throws PackageRefused and HeadgateError `package.*`, `version.immutable`, `store.*`, `push.cancelled`. */
	ingestFolder(source: string, options?: IngestOptions): Promise<Ingested>;
	/** Unpacks an archive and takes what it holds, as a folder. Also throws HeadgateError `archive.*` and `weights.cut-off`. */
	ingestArchive(archive: string, options?: IngestOptions): Promise<Ingested>;
	/**
	 * Takes a folder that lies on the store's own disk by moving it, after every byte of it was read. The same errors; after a fault
	 * (exit 3) and after `upload.checksum` the folder still lies where it was.
	 */
	adoptFolder(folder: string, options?: IngestOptions): Promise<Ingested>;
	/** What was stored before, as if it had just come in again. Throws HeadgateError `package.not-found`, `store.read-back`. */
	existing(digest: string): Promise<Ingested>;
	find(digest: string): Promise<StoredPackage | undefined>;
	list(): Promise<StoredPackage[]>;
	/** The folder of a stored package. Throws HeadgateError `package.not-found`. */
	path(digest: string): Promise<string>;
	/** Its manifest. Throws HeadgateError `package.not-found`. */
	manifest(digest: string): Promise<Manifest>;
	/** Takes a new seal and keeps it; only after every byte was verified. */
	seal(digest: string): Promise<Seal>;
	/** Checks a stored package as checkPackage does, with its lock and its seal. */
	verify(digest: string, options?: VerifyOptions): Promise<CheckSummary>;
	/** Reads every byte at the lowest priority: what differs, or undefined. Throws HeadgateError `package.not-found`. */
	verifyWhole(digest: string, signal?: AbortSignal): Promise<Corruption | undefined>;
	readonly seals: SealStore;
}

/** Opens a package folder, makes it when it is not there, and clears what ended processes left half-written. */
export async function openPackageStore(root: string, options: StoreOptions = {}): Promise<PackageStore> {
	const incoming = join(root, "incoming");
	const seals = options.seals ?? folderSealStore(join(root, "seals"));
	if (options.readOnly !== true) {
		try {
			for (const folder of [incoming, join(root, "store"), join(root, "seals")]) await mkdir(folder, { recursive: true });
			await clearLeftovers(incoming);
		} catch (error) {
			throw storeFault(error, root);
		}
	}
	return new FolderStore(root, seals, options.readOnly === true);
}

class FolderStore implements PackageStore {
	readonly root: string;
	readonly seals: SealStore;
	readonly #readOnly: boolean;
	/** Publishing is one at a time, so that two pushes of one version cannot both win. */
	#publishing: Promise<unknown> = Promise.resolve();

	constructor(root: string, seals: SealStore, readOnly: boolean) {
		this.root = root;
		this.seals = seals;
		this.#readOnly = readOnly;
	}

	ingestFolder(source: string, options: IngestOptions = {}): Promise<Ingested> {
		return this.#guarded(options, () =>
			this.#inStaging(async (path) => this.#take(path, await stageFolder(source, path, this.#knowing(options)), options)),
		);
	}

	ingestArchive(archive: string, options: IngestOptions = {}): Promise<Ingested> {
		return this.#guarded(options, () => {
			return this.#inStaging(async (path) =>
				this.#take(path, await stageArchive(archive, path, this.#knowing(options)), options),
			);
		});
	}

	adoptFolder(folder: string, options: IngestOptions = {}): Promise<Ingested> {
		return this.#guarded(options, async () => this.#take(folder, await stageInPlace(folder, this.#knowing(options)), options));
	}

	async existing(digest: string): Promise<Ingested> {
		const { lock } = await this.#get(digest);
		const summary = await this.verify(digest);
		if (summary.verdict === "fail") throw damaged(digest);
		const seal = (await this.seals.read(digest)) ?? (await this.seal(digest));
		return { digest, manifest: await this.manifest(digest), lock, seal, summary, existed: true };
	}

	find(digest: string): Promise<StoredPackage | undefined> {
		return findStored(this.root, digest);
	}

	list(): Promise<StoredPackage[]> {
		return listStored(this.root);
	}

	async path(digest: string): Promise<string> {
		return (await this.#get(digest)).path;
	}

	async manifest(digest: string): Promise<Manifest> {
		const { path } = await this.#get(digest);
		// It was complete when it came in; an instant that was past then is past now, whatever the clock says.
		const reading = readManifest(await readFile(join(path, MANIFEST_FILE)), { now: Number.MAX_SAFE_INTEGER });
		if (reading.ok) return reading.manifest;
		throw new HeadgateError("package.lock", `${MANIFEST_FILE} of ${digest} cannot be read any more`, { path });
	}

	async seal(digest: string): Promise<Seal> {
		const { path, lock } = await this.#get(digest);
		const old = await this.seals.read(digest);
		const seal = await sealFiles(
			path,
			digest,
			lock.files.map((file) => file.path),
			old?.kept,
		);
		await this.seals.write(digest, seal).catch((error: unknown) => {
			throw storeFault(error, this.root);
		});
		return seal;
	}

	async verify(digest: string, options: VerifyOptions = {}): Promise<CheckSummary> {
		const { path, lock } = await this.#get(digest);
		// It is stored: what it is must hold, not how old its evaluation has become.
		const known = { lock, seal: await this.seals.read(digest), evaluationMaxAgeDays: Number.POSITIVE_INFINITY };
		return checkPackage(path, { ...options, ...known });
	}

	#knowing(options: IngestOptions): IngestOptions {
		return { ...options, published: (name) => this.#published(name, options) };
	}

	/** What is stored, and what is known to have been: a lost folder makes no version free. */
	async #published(name: string, options: IngestOptions): Promise<readonly PublishedVersion[]> {
		const known = (await options.published?.(name)) ?? [];
		return [...known, ...(await listStored(this.root, name))];
	}

	async verifyWhole(digest: string, signal?: AbortSignal): Promise<Corruption | undefined> {
		const { path, lock } = await this.#get(digest);
		return verifyWhole(path, lock, { signal });
	}

	/** What goes wrong on the way in, as one of the faults of the store. */
	async #guarded<T>({ signal }: IngestOptions, bring: () => Promise<T>): Promise<T> {
		if (this.#readOnly) throw new HeadgateError("store.unwritable", `${this.root} is opened for reading`, { path: this.root });
		try {
			return await bring();
		} catch (error) {
			if (signal?.aborted === true) throw new HeadgateError("push.cancelled", "the push was cancelled", { cause: error });
			throw storeFault(error, this.root);
		}
	}

	/** Works in a folder of its own that is gone afterwards, whatever happens. */
	async #inStaging<T>(work: (path: string) => Promise<T>): Promise<T> {
		const staging = await openStaging(join(this.root, "incoming"));
		try {
			return await work(staging.path);
		} finally {
			await staging.discard();
		}
	}

	async #take(folder: string, staged: Staged, options: IngestOptions): Promise<Ingested> {
		const publish = this.#publishing.then(() => this.#publish(folder, staged.lock, options));
		this.#publishing = publish.catch(() => undefined);
		const existed = await publish;
		const digest = staged.lock.packageDigest;
		return { digest, ...staged, seal: await this.#sealed(digest, existed, staged.summary), existed };
	}

	/** Renames a complete staging folder to where it is visible. Returns true when the same package is there already. */
	async #publish(staging: string, lock: PackageLock, options: IngestOptions): Promise<boolean> {
		const [name = "", version] = lock.package.split("@");
		const published = await this.#published(name, options);
		const twin = published.find((other) => other.version === version && other.digest !== lock.packageDigest);
		if (twin !== undefined) {
			const message = `${lock.package} is stored with other content: ${twin.digest}, now ${lock.packageDigest}`;
			throw new HeadgateError("version.immutable", message, { path: "version" });
		}
		if ((await listStored(this.root, name)).some(({ digest }) => digest === lock.packageDigest)) return true;
		const parent = join(this.root, "store", name);
		await mkdir(parent, { recursive: true });
		await rename(staging, folderOf(this.root, name, lock.packageDigest)).catch((error: NodeJS.ErrnoException) => {
			// A folder of this digest that is not listed: its lock can no longer be read.
			if (error.code === "ENOTEMPTY" || error.code === "EEXIST") throw damaged(lock.packageDigest);
			throw error;
		});
		await syncFolder(parent);
		await syncFolder(join(this.root, "store"));
		return false;
	}

	/**
	 * A package that was there before keeps its seal: a new one would hide what changed since. A seal that cannot be written
	 * undoes nothing: without it the next check reads every byte.
	 */
	async #sealed(digest: string, existed: boolean, summary: CheckSummary): Promise<Seal> {
		const old = existed ? await this.seals.read(digest) : undefined;
		if (old !== undefined) return old;
		if (existed && (await this.verify(digest)).verdict === "fail") {
			throw damaged(digest);
		}
		const { path, lock } = await this.#get(digest);
		const seal = await sealFiles(
			path,
			digest,
			lock.files.map((file) => file.path),
			keptOf(summary),
		);
		await this.seals.write(digest, seal).catch(() => undefined);
		return seal;
	}

	async #get(digest: string): Promise<StoredPackage> {
		const stored = await findStored(this.root, digest);
		if (stored !== undefined) return stored;
		throw new HeadgateError("package.not-found", `no package ${digest} is stored`, { path: digest });
	}
}

function damaged(digest: string): HeadgateError {
	return new HeadgateError("store.read-back", `${digest} is stored and damaged`, { hint: "Remove its folder, then push again." });
}
