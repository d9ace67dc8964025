import { createReadStream } from "node:fs";
import { open, readdir, readFile, stat, truncate } from "node:fs/promises";
import path from "node:path";

/** One file of an endpoint's evidence: lines from `first` on. */
export interface Segment {
	readonly file: string;
	/** Position of its first line. */
	readonly first: number;
	/** Whole lines that are on disk; for all but the newest segment: up to the next one. */
	lines: number;
	/** Bytes of those lines; whatever lies behind them is not evidence. */
	bytes: number;
}

const LINE_END = 0x0a;
const NAME = /^(\d{1,15})\.ndjson$/;

/** `<position>.ndjson`, padded so that a listing shows them in order. */
export function segmentName(first: number): string {
	return `${String(first).padStart(15, "0")}.ndjson`;
}

/**
 * Finds the segments in a folder, oldest first. The newest may end in a line that was being written when the power went:
 * `repair` cuts it off. No acknowledged line can be among what is cut, for an append is acknowledged after its fsync.
 */
export async function findSegments(folder: string, repair: boolean): Promise<Segment[]> {
	const firsts = (await readdir(folder)).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
	firsts.sort((left, right) => left - right);
	return Promise.all(
		firsts.map(async (first, index): Promise<Segment> => {
			const file = path.join(folder, segmentName(first));
			const next = firsts[index + 1];
			if (next !== undefined) return { file, first, lines: next - first, bytes: (await stat(file)).size };
			const content = await readFile(file);
			const bytes = wholeBytes(content);
			if (repair && bytes < content.length) await truncateDurably(file, bytes);
			return { file, first, lines: countLines(content.subarray(0, bytes)), bytes };
		}),
	);
}

/** The lines of the segments from a position on. They are read as they lie there: a line may hold anything. */
export async function* segmentLines(segments: readonly Segment[], from: number): AsyncGenerator<string> {
	const start = Math.max(
		0,
		segments.findLastIndex((segment) => segment.first <= from),
	);
	let skip = Math.max(0, from - (segments[start]?.first ?? from));
	for (const segment of segments.slice(start)) {
		for await (const line of fileLines(segment.file, segment.bytes)) {
			if (skip > 0) skip -= 1;
			else yield line;
		}
		skip = 0;
	}
}

async function* fileLines(file: string, bytes: number): AsyncGenerator<string> {
	if (bytes === 0) return;
	let rest: Buffer[] = [];
	for await (const chunk of createReadStream(file, { end: bytes - 1, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
		let start = 0;
		for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
			yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString();
			rest = [];
			start = end + 1;
		}
		if (start < chunk.length) rest.push(chunk.subarray(start));
	}
	if (rest.length > 0) yield Buffer.concat(rest).toString();
}

/**
 * Up to the last line end, zeros at the end left out: a power cut can leave a file longer than the data that had arrived.
 * Anything odd further up stays where it is, for a verification to name: what might be evidence is never cut off.
 */
function wholeBytes(content: Buffer): number {
	let end = content.length;
	while (end > 0 && content[end - 1] === 0) end -= 1;
	return content.lastIndexOf(LINE_END, end) + 1;
}

function countLines(content: Buffer): number {
	let lines = 0;
	for (let at = content.indexOf(LINE_END); at >= 0; at = content.indexOf(LINE_END, at + 1)) lines += 1;
	return lines;
}

async function truncateDurably(file: string, bytes: number): Promise<void> {
	await truncate(file, bytes);
	const handle = await open(file, "r+");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
