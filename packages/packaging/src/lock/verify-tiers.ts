import { createHash } from "node:crypto";
import { join } from "node:path";
import { printable } from "../files/package-path.ts";
import type { ReadAt } from "../files/read-at.ts";
import { CHUNK_BYTES } from "./chunk-hasher.ts";
import { hashChunks } from "./hash-file.ts";
import type { LockedFile, PackageLock } from "./package-lock.ts";

/** How deep a verification went: lock, seals, structure, sampled chunks, every byte. */
export type Tier = "L0" | "L1" | "L2" | "L3" | "L4";

/** Random chunks besides the first and the last of each file. */
const RANDOM_CHUNKS = 16;
/** With thousands of files even the ends of all would not fit into a budget. */
const ALWAYS_SAMPLED_FILES = 4;
/** A package this small is hashed whole at once. */
const WHOLE_BYTES = 64 * 1024 * 1024;

export interface Corruption {
	readonly file: string;
	readonly message: string;
}

export interface SampleReport {
	readonly chunks: number;
	readonly bytes: number;
	/** Bytes read and hashed in a millisecond. */
	readonly bytesPerMs: number;
	readonly corruption: Corruption | undefined;
}

/** Sizes on disk against the lock: the cheapest sign that a file was cut off. */
export function wrongSizes(lock: PackageLock, sizes: ReadonlyMap<string, number>): Corruption[] {
	return lock.files.flatMap(({ path, size }) => {
		const actual = sizes.get(path);
		if (actual === size) return [];
		const got = actual === undefined ? "is gone" : `has ${actual.toLocaleString("en")} bytes`;
		return [{ file: path, message: `${printable(path)} ${got}, the lock says ${size.toLocaleString("en")}` }];
	});
}

/** L3: the first and last chunk of each file and random ones between, until half of the budget is used. */
export async function sampleChunks(
	lock: PackageLock,
	open: (path: string) => Promise<ReadAt>,
	options: { readonly seed: number; readonly deadline: number; readonly signal: AbortSignal },
): Promise<SampleReport> {
	const started = performance.now();
	let bytes = 0;
	let chunks = 0;
	for (const { file, index, must } of chosenChunks(lock, options.seed)) {
		options.signal.throwIfAborted();
		if (!must && performance.now() > options.deadline) break;
		const offset = index * CHUNK_BYTES;
		const data = await (await open(file.path)).read(offset, Math.min(CHUNK_BYTES, file.size - offset));
		bytes += data.length;
		chunks++;
		const expected = Buffer.from(file.chunks, "base64").subarray(32 * index, 32 * index + 32);
		if (createHash("sha256").update(data).digest().equals(expected)) continue;
		return { chunks, bytes, bytesPerMs: 0, corruption: corruptChunk(file, index) };
	}
	return { chunks, bytes, bytesPerMs: bytes / Math.max(0.01, performance.now() - started), corruption: undefined };
}

/** L4: every chunk of every file; of each that differs the first place. */
export async function verifyAllChunks(root: string, lock: PackageLock, signal: AbortSignal): Promise<Corruption[]> {
	const found: Corruption[] = [];
	for (const file of lock.files) {
		const place = corruptPlace(file, await hashChunks(join(root, file.path), file.size, { signal }));
		if (place !== undefined) found.push(place);
	}
	return found;
}

/** Where a file's chunks differ from those of the lock, or undefined. */
export function corruptPlace(file: LockedFile, chunks: Buffer): Corruption | undefined {
	const expected = Buffer.from(file.chunks, "base64");
	if (chunks.equals(expected)) return undefined;
	for (let index = 0; index * 32 < expected.length; index++) {
		const chunk = (of: Buffer): Buffer => of.subarray(32 * index, 32 * index + 32);
		if (!chunk(chunks).equals(chunk(expected))) return corruptChunk(file, index);
	}
	return { file: file.path, message: `${printable(file.path)} is longer than the lock says` };
}

/** Whether every byte can be hashed in the time that is left; `bytesPerMs` as measured, or undefined when small is enough. */
export function fitsBudget(lock: PackageLock, bytesPerMs: number | undefined, leftMs: number): boolean {
	const total = lock.files.reduce((sum, file) => sum + file.size, 0);
	return bytesPerMs === undefined ? total <= WHOLE_BYTES : total / bytesPerMs <= leftMs;
}

function corruptChunk(file: LockedFile, index: number): Corruption {
	const from = index * CHUNK_BYTES;
	const to = Math.min(file.size, from + CHUNK_BYTES);
	const message =
		`${printable(file.path)} was changed after it was hashed: the bytes from offset ${from.toLocaleString("en")} ` +
		`to ${to.toLocaleString("en")} have another sha256 than the lock`;
	return { file: file.path, message };
}

interface Chosen {
	readonly file: LockedFile;
	readonly index: number;
	/** Ends of the largest files are read whatever the time. */
	readonly must: boolean;
}

function chosenChunks(lock: PackageLock, seed: number): Chosen[] {
	const count = (file: LockedFile): number => Math.ceil(file.size / CHUNK_BYTES);
	const files = [...lock.files].filter((file) => file.size > 0).sort((a, b) => b.size - a.size);
	const ends = files.flatMap((file, rank) =>
		[...new Set([0, count(file) - 1])].map((index) => ({ file, index, must: rank < ALWAYS_SAMPLED_FILES })),
	);
	const total = files.reduce((sum, file) => sum + count(file), 0);
	const seen = new Set(ends.map(({ file, index }) => `${index} ${file.path}`));
	const random = mulberry32(seed);
	const middle: Chosen[] = [];
	for (let tries = 0; middle.length < RANDOM_CHUNKS && seen.size < total && tries < RANDOM_CHUNKS * 20; tries++) {
		let at = Math.floor(random() * total);
		const file = files.find((candidate) => {
			if (at < count(candidate)) return true;
			at -= count(candidate);
			return false;
		});
		if (file === undefined || seen.has(`${at} ${file.path}`)) continue;
		seen.add(`${at} ${file.path}`);
		middle.push({ file, index: at, must: false });
	}
	return [...ends, ...middle];
}

/** A small seeded generator of uniform numbers in [0, 1): sampling need not be secret, but repeatable. */
function mulberry32(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
