import { setImmediate } from "node:timers/promises";
import { bytesSource, type ReadAt } from "../../files/read-at.ts";
import { type Secret, scanWindow } from "./scan-window.ts";
import { MAX_SECRET_CHARS } from "./secret-kinds.ts";

const WINDOW_BYTES = 256 * 1024;
const SNIFF_BYTES = 8 * 1024;
/** How much of a binary file is looked at, at each end. */
export const END_BYTES = 1024 * 1024;
const MAX_SECRETS = 20;

export interface SecretScan {
	readonly secrets: readonly (Secret & { readonly line?: number })[];
	/** Whether it is a text of which only the ends were looked at. */
	readonly cut: boolean;
	/** Of a text; a binary file costs little. */
	readonly textBytes: number;
}

/**
 * Secrets in a file: in all of a text of at most `maxBytes`, else in the first and the last MiB. At most 20. Throws HeadgateError
 * `weights.unreadable`.
 */
export async function scanSecrets(source: ReadAt, maxBytes: number, signal?: AbortSignal): Promise<SecretScan> {
	if (source.size === 0) return { secrets: [], cut: false, textBytes: 0 };
	const first = await source.read(0, Math.min(source.size, WINDOW_BYTES));
	const head = first.subarray(0, SNIFF_BYTES);
	const wide = isUtf16(head);
	const isText = wide || !head.includes(0);
	const whole = source.size <= (isText ? maxBytes : 2 * END_BYTES);
	// Most files are small: they are read once.
	const known = first.length === source.size ? bytesSource(first) : source;
	const ranges = whole
		? [[0, source.size] as const]
		: ([
				[0, END_BYTES],
				[source.size - END_BYTES, source.size],
			] as const);
	const secrets: Secret[] = [];
	for (const [from, to] of ranges) await scanRange(known, from, to, wide, secrets, signal);
	const found = secrets.slice(0, MAX_SECRETS);
	return {
		secrets: isText && whole ? await withLines(known, found, signal) : found,
		cut: isText && !whole,
		textBytes: isText && whole ? source.size : 0,
	};
}

async function scanRange(
	source: ReadAt,
	from: number,
	to: number,
	wide: boolean,
	secrets: Secret[],
	signal: AbortSignal | undefined,
): Promise<void> {
	for (let at = from; at < to && secrets.length < MAX_SECRETS; at += WINDOW_BYTES) {
		signal?.throwIfAborted();
		// A little before, to see what a token follows; enough after, to see its end.
		const start = Math.max(0, at - 4);
		const bytes = await source.read(start, at - start + WINDOW_BYTES + MAX_SECRET_CHARS);
		const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const step = wide ? 2 : 1;
		const text = wide ? buffer.toString("latin1").replaceAll("\0", "") : buffer.toString("latin1");
		const end = Math.min(WINDOW_BYTES, to - at);
		for (const secret of scanWindow(text, (at - start) / step, (at - start + end) / step)) {
			secrets.push({ ...secret, offset: start + secret.offset * step });
		}
		if (to - at > WINDOW_BYTES) await setImmediate();
	}
}

/** UTF-16 with its mark, as Windows' editors write it. */
function isUtf16(head: Uint8Array): boolean {
	return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/** Adds line numbers: only a file with secrets is read for its lines. */
async function withLines(
	source: ReadAt,
	secrets: readonly Secret[],
	signal: AbortSignal | undefined,
): Promise<(Secret & { readonly line: number })[]> {
	const lined: (Secret & { readonly line: number })[] = [];
	let line = 1;
	let at = 0;
	for (const secret of secrets) {
		while (at < secret.offset) {
			signal?.throwIfAborted();
			const bytes = await source.read(at, Math.min(WINDOW_BYTES, secret.offset - at));
			if (bytes.length === 0) break;
			for (let index = 0; index < bytes.length; index++) if (bytes[index] === 10) line++;
			at += bytes.length;
		}
		lined.push({ ...secret, line });
	}
	return lined;
}
