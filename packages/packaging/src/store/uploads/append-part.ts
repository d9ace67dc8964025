import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import { writeAll } from "../durable.ts";
import { wrongChecksum } from "../stage-in-place.ts";
import type { ClaimedFile } from "./upload-claim.ts";

/** A sender that says nothing for so long is gone: another may go on. */
const SILENCE_MS = 30_000;

/** A piece of one file. */
export interface UploadPart {
	/** Where it begins: as many bytes as have arrived before it. */
	readonly offset: number;
	readonly body: AsyncIterable<Uint8Array>;
	/** Hexadecimal sha256 of this part's bytes; they count only when it is right. */
	readonly sha256?: string | undefined;
	/** Hexadecimal sha256 of the whole file, said again: nothing is taken when it is not what was promised. */
	readonly wholeSha256?: string | undefined;
}

/**
 * Adds a part to a file as it comes in. What arrived before a cut stays, to be gone on from; bytes that are provably wrong or too many
 * are taken back. Returns the new end. Throws HeadgateError `upload.*`; file system errors pass through.
 */
export async function appendPart(target: string, file: ClaimedFile, part: UploadPart): Promise<number> {
	const name = printable(file.path);
	if (part.wholeSha256 !== undefined && part.wholeSha256 !== file.sha256)
		throw wrongChecksum(file.path, file.sha256, part.wholeSha256);
	const handle = await open(target, "r+");
	try {
		const { size: end } = await handle.stat();
		if (part.offset !== end) {
			const message = `a part of ${name} begins at ${part.offset.toLocaleString("en")}, ${end.toLocaleString("en")} bytes are there`;
			throw new HeadgateError("upload.offset", message, { path: file.path, hint: `Go on with Upload-Offset: ${end}.` });
		}
		const digest = createHash("sha256");
		const received = await receive(handle, file, part, (bytes) => digest.update(bytes));
		if (received === part.offset && received < file.size)
			throw new HeadgateError("upload.empty", `no bytes received for ${name}`, { path: file.path });
		const got = digest.digest("hex");
		if (part.sha256 !== undefined && part.sha256 !== got) {
			await handle.truncate(part.offset);
			const message = `the sha256 of a part of ${name} differs: expected ${part.sha256}, got ${got}`;
			throw new HeadgateError("upload.checksum", message, { path: file.path });
		}
		return received;
	} finally {
		await handle.close();
	}
}

/** Writes what comes in where the file ends; returns the new end. */
async function receive(
	handle: FileHandle,
	file: ClaimedFile,
	{ offset, body }: UploadPart,
	onBytes: (bytes: Uint8Array) => void,
): Promise<number> {
	let end = offset;
	const chunks = body[Symbol.asyncIterator]();
	try {
		for (;;) {
			const next = await heard(chunks.next(), file, end);
			if (next.done === true) return end;
			if (end + next.value.length > file.size) {
				await handle.truncate(offset);
				const message = `more bytes of ${printable(file.path)} came than the ${file.size.toLocaleString("en")} that were promised`;
				throw new HeadgateError("upload.too-long", message, { path: file.path });
			}
			await writeAll(handle, next.value, end);
			onBytes(next.value);
			end += next.value.length;
		}
	} finally {
		void chunks.return?.().catch(() => undefined);
	}
}

/** The next bytes, or `upload.truncated` when the sender is gone. */
async function heard<T>(next: Promise<T>, file: ClaimedFile, received: number): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const silence = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`silent for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
	});
	try {
		return await Promise.race([next, silence]);
	} catch (cause) {
		throw truncated(file, received, cause);
	} finally {
		clearTimeout(timer);
	}
}

/** An upload whose bytes are not all there. */
export function truncated(file: ClaimedFile, received: number, cause?: unknown): HeadgateError {
	const counts = `${received.toLocaleString("en")} of ${file.size.toLocaleString("en")} bytes`;
	const message = `received ${counts} of ${printable(file.path)}; resume with Upload-Offset: ${received}`;
	return new HeadgateError("upload.truncated", message, { path: file.path, cause });
}
