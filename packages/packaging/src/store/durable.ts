import { type FileHandle, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes a folder's entries survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
	const handle = await open(path, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Writes a new file that must not exist, and makes its bytes survive a power cut. */
export async function writeNewFile(path: string, bytes: string | Uint8Array, mode: number): Promise<void> {
	const handle = await open(path, "wx", mode);
	try {
		await handle.writeFile(bytes);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Replaces a file whole: readers see the old bytes or the new, never a part. */
export async function replaceFile(path: string, text: string): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	const temporary = `${path}.${process.pid}-${process.hrtime.bigint()}.tmp`;
	try {
		await writeNewFile(temporary, text, 0o644);
		await rename(temporary, path);
	} catch (error) {
		await unlink(temporary).catch(() => undefined);
		throw error;
	}
	await syncFolder(dirname(path));
}

/** Writes all bytes, however the system splits them: at an offset, else where the file's last write ended. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, offset?: number): Promise<void> {
	for (let done = 0; done < bytes.length; ) {
		const position = offset === undefined ? null : offset + done;
		done += (await handle.write(bytes, done, bytes.length - done, position)).bytesWritten;
	}
}
