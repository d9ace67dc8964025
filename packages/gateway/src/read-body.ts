import type { IncomingMessage } from "node:http";

/** Calls back once: with the whole body, with `too-large` as soon as it is known, or never when the caller leaves. */
export function readBody(request: IncomingMessage, maxBytes: number, done: (body: Buffer | "too-large") => void): void {
	let first: Buffer | null = null;
	let rest: Buffer[] | null = null;
	let bytes = 0;
	let over = false;
	request.on("data", (chunk: Buffer) => {
		bytes += chunk.length;
		if (over) return;
		if (bytes > maxBytes) {
			over = true;
			rest = null;
			first = null;
			done("too-large");
		} else if (first === null) first = chunk;
		else if (rest === null) rest = [first, chunk];
		else rest.push(chunk);
	});
	request.on("end", () => {
		if (!over) done(rest === null ? (first ?? Buffer.alloc(0)) : Buffer.concat(rest));
	});
}
