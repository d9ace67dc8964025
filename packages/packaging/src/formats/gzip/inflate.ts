import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { archiveError, count } from "../../archive/archive-error.ts";
import type { ReadAt } from "../../files/read-at.ts";

const WINDOW_BYTES = 256 * 1024;
const PIECE_BYTES = 64 * 1024;

/** A deflate stream in a file. */
export interface Deflated {
	readonly from: number;
	/** The most it can take: it may end before. */
	readonly to: number;
	/** Of the file, for messages. */
	readonly name: string;
	readonly signal?: AbortSignal | undefined;
}

/**
 * The content of a deflate stream, piece by piece; returns how many packed bytes it took. Throws HeadgateError `archive.malformed`
 * and what the source throws. Whoever reads it decides when it was enough.
 */
export async function* inflate(source: ReadAt, { from, to, name, signal }: Deflated): AsyncGenerator<Buffer, number> {
	const engine = createInflateRaw({ chunkSize: PIECE_BYTES });
	const input = Readable.from(windows(source, from, to, signal), { highWaterMark: 1 });
	input.on("error", (error) => engine.destroy(error));
	input.pipe(engine);
	try {
		for await (const piece of engine as AsyncIterable<Buffer>) yield piece;
		return engine.bytesWritten;
	} catch (error) {
		if (!isZlibError(error)) throw error;
		if (error.code === "Z_BUF_ERROR" && to >= source.size) {
			throw archiveError("weights.cut-off", name, "it is cut off: the packed data go on where the file ends", error);
		}
		const message = `the packed data from offset ${count(from)} are damaged (${error.message})`;
		throw archiveError("archive.malformed", name, message, error);
	} finally {
		input.destroy();
		engine.destroy();
	}
}

export function isZlibError(error: unknown): error is Error & { readonly code: string } {
	const code = (error as NodeJS.ErrnoException | undefined)?.code;
	return error instanceof Error && typeof code === "string" && code.startsWith("Z_");
}

async function* windows(source: ReadAt, from: number, to: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
	for (let at = from; at < to; ) {
		signal?.throwIfAborted();
		const bytes = await source.read(at, Math.min(WINDOW_BYTES, to - at));
		if (bytes.length === 0) return;
		at += bytes.length;
		yield bytes;
	}
}
