import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { HeadgateError, type Outcome, outcomeSchema } from "@headgate/protocol";
import { parse } from "csv-parse";

/** A line of a file with outcomes: what it says, or why it cannot be read. Lines are counted from 1, the header included. */
export type OutcomeLine =
	| { readonly line: number; readonly outcome: Outcome; readonly bytes: number }
	| { readonly line: number; readonly problem: string; readonly bytes: number };

const COLUMNS = ["prediction_id", "label", "metric", "value"];

/**
 * Outcomes from a CSV file with a header, or from a file of JSON lines (`.jsonl`, `.ndjson`, `.json`). A bad line is told as such and
 * does not end the reading. Throws `outcome.file` when there is no file, no header, or a column that is none.
 */
export async function* readOutcomes(file: string): AsyncGenerator<OutcomeLine> {
	yield* /\.(jsonl|ndjson|json)$/i.test(file) ? readJsonLines(file) : readCsv(file);
}

async function* readJsonLines(file: string): AsyncGenerator<OutcomeLine> {
	const stream = createReadStream(file, "utf8");
	const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
	let line = 0;
	try {
		for await (const text of lines) {
			line++;
			if (text.trim() !== "") yield { line, bytes: stream.bytesRead, ...readObject(() => JSON.parse(text)) };
		}
	} catch (cause) {
		throw unreadable(file, cause);
	}
}

async function* readCsv(file: string): AsyncGenerator<OutcomeLine> {
	const stream = createReadStream(file);
	const rows = stream.pipe(parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }));
	stream.on("error", (error) => rows.destroy(error));
	let header: readonly string[] | null = null;
	try {
		for await (const { record, info } of rows as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
			if (header === null) {
				header = headerOf(file, record);
				continue;
			}
			const names = header;
			yield { line: info.lines, bytes: stream.bytesRead, ...readObject(() => fromRow(names, record)) };
		}
	} catch (cause) {
		throw cause instanceof HeadgateError ? cause : unreadable(file, cause);
	}
	if (header === null) throw new HeadgateError("outcome.file", `${file} is empty`, { path: file });
}

function headerOf(file: string, names: readonly string[]): readonly string[] {
	const unknown = names.find((name) => !COLUMNS.includes(name));
	const complete =
		names.includes("prediction_id") && (names.includes("label") || (names.includes("metric") && names.includes("value")));
	if (unknown === undefined && complete) return names;
	const problem = unknown === undefined ? "its header lacks a column" : `its header has a column "${unknown}"`;
	throw new HeadgateError("outcome.file", `${file}: ${problem}; got ${names.join(", ")}`, { path: file });
}

/** An empty cell is none. A label stays a text, since a class may be named 007: whether it is meant as a number, the prediction says. */
function fromRow(names: readonly string[], cells: readonly string[]): object {
	if (cells.length !== names.length) throw new Error(`it has ${cells.length} cells, the header ${names.length}`);
	const filled = names.flatMap((name, index) => (cells[index] === "" ? [] : [[name, cells[index]!] as const]));
	const typed = filled.map(([name, cell]) => [name, name === "value" ? readValue(cell) : cell] as const);
	return Object.fromEntries(typed);
}

/** What reads as a number, true or false is one. */
function readValue(cell: string): string | number | boolean {
	if (cell === "true" || cell === "false") return cell === "true";
	return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}

function readObject(read: () => unknown): { readonly outcome: Outcome } | { readonly problem: string } {
	try {
		const parsed = outcomeSchema.safeParse(read());
		if (parsed.success) return { outcome: parsed.data };
		return { problem: "it needs prediction_id and label, or prediction_id, metric and value" };
	} catch (error) {
		return { problem: (error as Error).message };
	}
}

function unreadable(file: string, cause: unknown): HeadgateError {
	return new HeadgateError("outcome.file", `${file} cannot be read: ${(cause as Error).message}`, { path: file, cause });
}
