import type { Readable } from "node:stream";

/** Longer than anything a process of ours says in one line. */
const LONGEST_LINE = 64 * 1024;

/** Calls with each line of a stream. A longer one than ours are is thrown away as it comes: nothing piles up. */
export function splitLines(stream: Readable, onLine: (line: string) => void): void {
	let rest = "";
	let isTooLong = false;
	stream.setEncoding("utf8").on("data", (text: string) => {
		const lines = `${rest}${text}`.split("\n");
		rest = lines.pop()!;
		for (const line of lines) {
			if (!isTooLong) onLine(line);
			isTooLong = false;
		}
		if (rest.length > LONGEST_LINE) isTooLong = true;
		if (isTooLong) rest = "";
	});
}
