import { createHash, type Hash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { openRegularFile } from "../files/read-at.ts";

/** A regular file to be copied. */
export interface SourceFile {
	/** In the new package. */
	readonly path: string;
	/** Where it really lies. */
	readonly from: string;
	readonly size: number;
	/** What the cache calls it: the sha256 of a large file, the git hash of a small one. */
	readonly named?: { readonly algorithm: "sha256" | "git"; readonly digest: string };
}

/** Bytes copied and bytes in all. */
export type CopyProgress = (doneBytes: number, totalBytes: number) => void;

const WINDOW = 4 * 1024 * 1024;

/** Copies files into a folder as new files. Throws HeadgateError `import.damaged` for one that is not what its name says. */
export async function copyFiles(
	files: readonly SourceFile[],
	folder: string,
	options: { readonly onBytes?: CopyProgress | undefined; readonly signal?: AbortSignal | undefined },
): Promise<void> {
	const total = files.reduce((sum, { size }) => sum + size, 0);
	let done = 0;
	for (const file of files) {
		const target = join(folder, file.path);
		await mkdir(dirname(target), { recursive: true });
		await copyOne(file, target, (bytes) => {
			done += bytes;
			options.signal?.throwIfAborted();
			options.onBytes?.(done, total);
		});
	}
}

async function copyOne(file: SourceFile, target: string, onBytes: (bytes: number) => void): Promise<void> {
	const source = await openRegularFile(file.from);
	const copy = await open(target, "wx", 0o644).catch(async (error: unknown) => {
		await source.close();
		throw error;
	});
	try {
		const hash = hashOf(file);
		const buffer = Buffer.allocUnsafe(Math.min(WINDOW, Math.max(1, file.size + 1)));
		for (let at = 0; ; ) {
			const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
			if (bytesRead === 0) break;
			const bytes = buffer.subarray(0, bytesRead);
			hash?.update(bytes);
			await copy.appendFile(bytes);
			at += bytesRead;
			onBytes(bytesRead);
		}
		const digest = hash?.digest("hex");
		if (digest !== undefined && digest !== file.named!.digest) {
			const message = `${file.path} is not what the cache calls it: expected ${file.named!.digest}, got ${digest}`;
			throw new HeadgateError("import.damaged", message, { path: file.path });
		}
	} finally {
		await copy.close();
		await source.close();
	}
}

/** git hashes a file behind a head with its size. */
function hashOf({ named, size }: SourceFile): Hash | undefined {
	if (named === undefined) return undefined;
	return named.algorithm === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}
