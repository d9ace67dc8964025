import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../files/package-path.ts";

/** What the file system says of a file that nobody touched. Numbers are decimal text: they exceed 2^53. */
export interface FileSeal {
	readonly dev: string;
	readonly ino: string;
	readonly size: string;
	readonly mtimeNs: string;
	readonly ctimeNs: string;
}

/** Seals by path, of one stored package. Kept outside the package: in a database, or by a SealStore. */
export interface Seal {
	readonly digest: string;
	readonly files: Readonly<Record<string, FileSeal>>;
	/** Checks that passed on these very bytes when they came in, by id: they stand while the seal holds and the rules are the same. */
	readonly kept?: Readonly<Record<string, KeptOutcome>>;
}

/** A `pass` of a check, made by one version of its rules. */
export interface KeptOutcome {
	readonly rules: string;
	readonly message: string;
	/** What it did not look at: it stays unseen. Seals without it are of a time when it was lost, and what they keep does not stand. */
	readonly notVerified: readonly string[];
}

export async function sealFile(path: string): Promise<FileSeal> {
	const stats = await lstat(path, { bigint: true });
	return {
		dev: String(stats.dev),
		ino: String(stats.ino),
		size: String(stats.size),
		mtimeNs: String(stats.mtimeNs),
		ctimeNs: String(stats.ctimeNs),
	};
}

export async function sealFiles(root: string, digest: string, paths: readonly string[], kept: Seal["kept"] = {}): Promise<Seal> {
	const entries = await Promise.all(paths.map(async (path) => [path, await sealFile(join(root, path))] as const));
	return { digest, files: Object.fromEntries(entries), kept };
}

/**
 * Why files do not match their seal, or an empty list. A file whose time lies after `now` (epoch ms) never matches: the clock
 * moved, so times prove nothing.
 */
export async function brokenSeals(root: string, seal: Seal, paths: readonly string[], now: number): Promise<string[]> {
	const found = await Promise.all(
		paths.map(async (path) => {
			const expected = seal.files[path];
			if (expected === undefined) return `${printable(path)} has no seal`;
			const actual = await sealFile(join(root, path)).catch(() => undefined);
			if (actual === undefined) return `${printable(path)} is gone`;
			const differing = (Object.keys(expected) as (keyof FileSeal)[]).filter((key) => expected[key] !== actual[key]);
			if (differing.length > 0) return `${printable(path)} differs in ${differing.join(", ")}`;
			if (BigInt(actual.mtimeNs) > BigInt(now) * 1_000_000n) return `${printable(path)} has a modification time in the future`;
			return undefined;
		}),
	);
	return found.filter((problem) => problem !== undefined);
}
