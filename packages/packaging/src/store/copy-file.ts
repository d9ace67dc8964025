import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { HeadgateError } from "@headgate/protocol";
import { hardLink } from "../files/walk-package.ts";
import { ChunkHasher, type FileHashes } from "../lock/chunk-hasher.ts";
import { writeAll } from "./durable.ts";

const COPY_BYTES = 1024 * 1024;

/**
 * Copies one file's bytes into a new real file, hashing them on the way, and syncs it. Never follows a link.
 * Throws HeadgateError `package.link`,
 * `package.special-file` and `package.changed`; file system errors pass through.
 */
export async function copyHashed(
	source: string,
	target: string,
	options: {
		readonly name: string;
		readonly size: number;
		onBytes(bytes: number): void;
		readonly signal?: AbortSignal | undefined;
	},
): Promise<FileHashes> {
	const { name, size, signal } = options;
	// O_NONBLOCK: a pipe put in the place of a file after the folder was walked would otherwise be waited for without end.
	const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
	const from = await open(source, flags).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ELOOP")
			throw new HeadgateError("package.link", `'${name}' is a symbolic link`, { path: name, cause: error });
		if (error.code === "ENOENT") throw changed(name, "it is gone");
		if (error.code === "EACCES")
			throw new HeadgateError("weights.unreadable", `'${name}' cannot be read (EACCES)`, { path: name, cause: error });
		throw error;
	});
	try {
		const stats = await from.stat();
		if (!stats.isFile()) throw new HeadgateError("package.special-file", `'${name}' is not a file`, { path: name });
		if (stats.nlink > 1) throw hardLink(name, stats.nlink);
		const to = await open(target, "wx", 0o444);
		try {
			const hasher = new ChunkHasher();
			const buffer = Buffer.allocUnsafe(COPY_BYTES);
			let copied = 0;
			for (;;) {
				signal?.throwIfAborted();
				const { bytesRead } = await from.read(buffer, 0, COPY_BYTES, copied);
				if (bytesRead === 0) break;
				copied += bytesRead;
				if (copied > size) throw changed(name, `it grew beyond ${size.toLocaleString("en")} bytes`);
				hasher.update(buffer.subarray(0, bytesRead));
				await writeAll(to, buffer.subarray(0, bytesRead));
				options.onBytes(bytesRead);
			}
			if (copied < size) throw changed(name, `${copied.toLocaleString("en")} of ${size.toLocaleString("en")} bytes were left`);
			await to.sync();
			return hasher.finish();
		} finally {
			await to.close();
		}
	} finally {
		await from.close();
	}
}

function changed(name: string, how: string): HeadgateError {
	return new HeadgateError("package.changed", `'${name}' changed while it was read: ${how}`, { path: name });
}
