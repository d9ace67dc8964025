import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

export interface LineCoverage {
	readonly lines: number;
	readonly covered: number;
	/** The share of covered lines by file. */
	readonly files: Readonly<Record<string, number>>;
}

interface Range {
	readonly startOffset: number;
	readonly endOffset: number;
	readonly count: number;
}

const SOURCES = new URL("../../", import.meta.url).href;

/** Counts the lines of code that run from now on, in files whose path below packages/packaging/src matches. */
export async function coverLines(matching: RegExp): Promise<{ take(): Promise<LineCoverage> }> {
	const session = new Session();
	session.connect();
	await session.post("Profiler.enable");
	await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
	return {
		async take() {
			const { result } = await session.post("Profiler.takePreciseCoverage");
			session.disconnect();
			let lines = 0;
			let covered = 0;
			const files: Record<string, number> = {};
			for (const script of result) {
				const path = script.url.startsWith(SOURCES) ? script.url.slice(SOURCES.length) : "";
				if (!matching.test(path) || path.endsWith(".test.ts")) continue;
				const ranges = script.functions.flatMap((one) => one.ranges);
				const counted = countLines(readFileSync(fileURLToPath(script.url), "utf8"), ranges);
				lines += counted.lines;
				covered += counted.covered;
				files[path] = counted.lines === 0 ? 1 : counted.covered / counted.lines;
			}
			return { lines, covered, files };
		},
	};
}

/** A line of code is covered when the innermost range around its first character ran. Comments, types and lone brackets do not count. */
function countLines(text: string, ranges: readonly Range[]): { readonly lines: number; readonly covered: number } {
	let at = 0;
	let lines = 0;
	let covered = 0;
	for (const line of text.split("\n")) {
		const start = at + (line.length - line.trimStart().length);
		at += line.length + 1;
		if (!isCode(line.trim())) continue;
		const around = ranges.filter((range) => range.startOffset <= start && start < range.endOffset);
		if (around.length === 0) continue;
		const innermost = around.reduce((a, b) => (b.endOffset - b.startOffset <= a.endOffset - a.startOffset ? b : a));
		lines++;
		if (innermost.count > 0) covered++;
	}
	return { lines, covered };
}

function isCode(line: string): boolean {
	return /[A-Za-z0-9]/.test(line) && !/^(\/\/|\/?\*|import |export (type|interface)|interface |type |readonly )/.test(line);
}
