import { rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import {
	type CheckSummary,
	checkPackage,
	fileSource,
	hashPackage,
	lockedStructure,
	makeLock,
	openPackageStore,
	readOnnx,
	sealFiles,
} from "@headgate/packaging";
import { writeDense } from "./dense-file.ts";
import { WEIGHTS_FILE, writePackage, writeSparse } from "./sparse-package.ts";

/** A package that came in, was hashed whole and sealed; `check` is what every deploy of it does. */
export interface SealedPackage {
	readonly name: string;
	readonly bytes: number;
	/** How long it took to hash, or to push, it. */
	readonly preparedMs: number;
	readonly preparation: string;
	check(): Promise<CheckSummary>;
	/** Touches the weights without changing them, as a restore does: from now on every check reads every byte. */
	breakSeal(): Promise<void>;
	remove(): Promise<void>;
}

/**
 * Sparse weights, hashed and sealed where they lie: a push would copy their holes as real zeros. What a deploy does with it is the
 * same.
 */
export async function sealSparse(folder: string, gibibytes: number): Promise<SealedPackage> {
	const root = join(folder, `sparse-${gibibytes}`);
	const version = `${Math.ceil(gibibytes)}.0.0`;
	const bytes = await writePackage(root, { version, gibibytes });
	await writeSparse(join(root, WEIGHTS_FILE), bytes);
	const started = performance.now();
	const files = await hashPackage(root);
	const source = await fileSource(join(root, "model.onnx"));
	const formats = [lockedStructure("model.onnx", "onnx", await readOnnx(source, "model.onnx"))];
	await source.close();
	const lock = makeLock("bench-weights", version, files, formats, Date.now());
	const seal = await sealFiles(
		root,
		lock.packageDigest,
		files.map((file) => file.path),
	);
	return {
		name: `sparse ${gibibytes} GiB`,
		bytes,
		preparedMs: performance.now() - started,
		preparation: "hashed where it lies",
		check: () => checkPackage(root, { lock, seal }),
		breakSeal: () => touch(root),
		remove: () => rm(root, { recursive: true }),
	};
}

/** Dense weights, pushed into a store as any package is; the folder they came from is removed at once. */
export async function pushDense(folder: string, gibibytes: number, seed: number): Promise<SealedPackage> {
	const origin = join(folder, `dense-origin-${gibibytes}`);
	const bytes = await writePackage(origin, { version: "1.0.0", gibibytes });
	await writeDense(join(origin, WEIGHTS_FILE), bytes, seed);
	const store = await openPackageStore(join(folder, `store-${gibibytes}`));
	const started = performance.now();
	const { digest } = await store.ingestFolder(origin);
	const preparedMs = performance.now() - started;
	await rm(origin, { recursive: true });
	return {
		name: `dense ${gibibytes} GiB`,
		bytes,
		preparedMs,
		preparation: "pushed: copied, hashed, synced, read back",
		check: () => store.verify(digest),
		breakSeal: async () => touch(await store.path(digest)),
		remove: () => rm(store.root, { recursive: true }),
	};
}

async function touch(root: string): Promise<void> {
	const then = new Date(Date.now() - 60_000);
	await utimes(join(root, WEIGHTS_FILE), then, then);
}
