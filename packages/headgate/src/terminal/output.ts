import type { HeadgateError } from "@headgate/protocol";
import { asFault } from "./as-fault.ts";
import { fitted } from "./wrapped.ts";

export type Colour = "red" | "green" | "yellow" | "magenta" | "cyan" | "dim" | "bold";

const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36, dim: 2, bold: 1 };

const PAINTED = new RegExp(`(\\u001b\\[(?:0|${Object.values(CODES).join("|")})m)`);

/** Where a command's words go: lines for people, or one JSON document (NDJSON for long commands) for machines. */
export interface Output {
	readonly json: boolean;
	/** A line for people; nothing with `--json`. */
	line(text?: string): void;
	/** Progress of long work: only on a terminal, overwritten in place. */
	progress(text: string): void;
	/** A line of NDJSON on the way; nothing for people. */
	record(value: Readonly<Record<string, unknown>>): void;
	/** The command's result as JSON; nothing for people. */
	result(value: unknown): void;
	paint(colour: Colour, text: string): string;
}

export function createOutput(json: boolean, stream: NodeJS.WriteStream = process.stdout): Output {
	const coloured = stream.isTTY === true && process.env["NO_COLOR"] === undefined;
	let open = false;
	const clear = () => {
		if (open) process.stderr.write("\r\u001b[2K");
		open = false;
	};
	return {
		json,
		line: (text = "") => {
			clear();
			if (!json) stream.write(`${fitted(harmless(text), columnsOf(stream))}\n`);
		},
		progress: (text) => {
			if (json || process.stderr.isTTY !== true) return;
			clear();
			process.stderr.write(fit(harmless(text), process.stderr.columns ?? 80));
			open = true;
		},
		record: (value) => {
			if (json) stream.write(`${JSON.stringify(value)}\n`);
		},
		result: (value) => {
			clear();
			if (json) stream.write(`${JSON.stringify(value)}\n`);
		},
		paint: (colour, text) => (coloured && !json ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text),
	};
}

/** Cut to less than the terminal's width, colours not counted: a line that wraps could not be overwritten. */
function fit(text: string, columns: number): string {
	let left = columns - 1;
	return text
		.split(/(\u001b\[[0-9;]*m)/)
		.map((part) => {
			if (part.startsWith("\u001b")) return part;
			const shown = part.slice(0, Math.max(0, left));
			left -= part.length;
			return shown;
		})
		.join("");
}

/** Says what went wrong and what to do; returns the exit code. A bug shows its stack, an error never does. */
export function reportError(error: unknown, json: boolean): number {
	const fault = asFault(error);
	if (json) process.stdout.write(`${JSON.stringify({ error: fault.toJSON() })}\n`);
	else {
		// What was still shown of progress is wiped, so that the error stands on a line of its own.
		if (process.stderr.isTTY === true) process.stderr.write("\r\u001b[2K");
		const text = `error: ${visible(withPath(fault))}\n${fault.hint === "" ? "" : `  ${visible(fault.hint)}\n`}`;
		process.stderr.write(fitted(text, columnsOf(process.stderr)));
	}
	return fault.row.exit;
}

/** Undefined where nobody looks at columns: a pipe or a file keeps each line whole. */
function columnsOf(stream: NodeJS.WriteStream): number | undefined {
	return stream.isTTY === true ? stream.columns : undefined;
}

/** Messages that already name the place are left as they are. */
function withPath({ message, path }: HeadgateError): string {
	return path === undefined || message.includes(path) ? message : `${message} (${path})`;
}

/** What a model's code or a journal says may end up in a line: only the colours of `paint` reach the terminal as they are. */
function harmless(text: string): string {
	return text
		.split(PAINTED)
		.map((part, at) => (at % 2 === 1 ? part : visible(part)))
		.join("");
}

/** Control characters of names and files shown as what they are, so that no input can drive the terminal. */
export function visible(text: string): string {
	return text.replace(
		/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
		(character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
	);
}
