import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync } from "node:fs";
import type { Notifier } from "@headgate/control";
import { fileFault } from "./file-faults.ts";

interface Notice {
	readonly id: string;
	readonly text: string;
}

/** Notices as lines of a file that anything may follow. A notice of an id already in the file is not written again. */
export class FileNotifier implements Notifier {
	readonly #file: string;
	readonly #sent: Set<string>;
	/** The file ends within a line: the next notice begins a new one. */
	#isTorn: boolean;

	constructor(file: string) {
		const text = existsSync(file) ? readFileSync(file, "utf8") : "";
		this.#file = file;
		this.#sent = new Set(readIds(text));
		this.#isTorn = text !== "" && !text.endsWith("\n");
	}

	async send(notice: Notice): Promise<void> {
		if (this.#sent.has(notice.id)) return;
		try {
			const handle = openSync(this.#file, "a", 0o600);
			try {
				const line = `${this.#isTorn ? "\n" : ""}${JSON.stringify({ id: notice.id, text: notice.text })}\n`;
				this.#isTorn = true;
				writeFileSync(handle, line);
				this.#isTorn = false;
				fsyncSync(handle);
			} finally {
				closeSync(handle);
			}
		} catch (error) {
			throw fileFault(error, this.#file);
		}
		this.#sent.add(notice.id);
	}
}

/** A line torn by a crash is no notice: it is written again under its id. */
function readIds(text: string): string[] {
	return text.split("\n").flatMap((line) => {
		try {
			return [(JSON.parse(line) as Notice).id];
		} catch {
			return [];
		}
	});
}
