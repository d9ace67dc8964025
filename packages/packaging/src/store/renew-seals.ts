import { brokenSeals, type Seal, sealFiles } from "../lock/seal.ts";
import { verifyWhole } from "../lock/verify-whole.ts";
import type { PackageStore } from "./package-store.ts";
import type { StoredPackage } from "./stored-packages.ts";

/** What was found of a package whose seal did not hold. */
export interface SealRenewal {
	readonly stored: StoredPackage;
	/** Why the seal did not hold. */
	readonly broken: string;
	/** What differs; null when every byte is right and the seal was renewed. */
	readonly corruption: string | null;
}

/**
 * Seals break when a disk is mounted anew or restored from a backup. Reads every byte of the packages concerned, at the lowest
 * priority, and seals those anew that are as they came in. A seal that breaks later, while nothing of the kind happened, is an alarm.
 */
export async function* renewSeals(store: PackageStore, signal?: AbortSignal): AsyncGenerator<SealRenewal> {
	for (const stored of await store.list()) {
		signal?.throwIfAborted();
		const { digest, path, lock } = stored;
		const paths = lock.files.map((file) => file.path);
		const seal = await store.seals.read(digest);
		const [broken] = seal === undefined ? ["there is no seal"] : await brokenSeals(path, seal, paths, Date.now());
		if (broken === undefined) continue;
		// Taken before the bytes are read: what is written after they were would otherwise be sealed with them.
		const taken = await takeSeal(stored, seal).catch(unreadable);
		const corruption = taken instanceof Error ? taken : await verifyWhole(path, lock, { signal }).catch(unreadable);
		if (corruption === undefined && !(taken instanceof Error)) await store.seals.write(digest, taken);
		signal?.throwIfAborted();
		yield { stored, broken, corruption: corruption?.message ?? null };
	}
}

/** One package that cannot be read keeps no other from being sealed anew. */
function unreadable({ code, message }: NodeJS.ErrnoException): Error {
	return new Error(`it cannot be read (${code ?? message})`);
}

/** What the files are like now. A file that is gone is gone: the seal is empty then, and whoever reads the bytes says why. */
export async function takeSeal({ digest, path, lock }: StoredPackage, old: Seal | undefined): Promise<Seal> {
	const paths = lock.files.map((file) => file.path);
	return sealFiles(path, digest, paths, old?.kept).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
		return { digest, files: {}, ...(old?.kept === undefined ? {} : { kept: old.kept }) };
	});
}
