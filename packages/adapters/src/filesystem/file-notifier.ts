import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
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

	constructor(file: string) {
		this.#file = file;
		this.#sent = new Set(readIds(file));
	}

	async send(notice: Notice): Promise<void> {
		if (this.#sent.has(notice.id)) return;
		try {
			const handle = openSync(this.#file, "a", 0o600);
			try {
				writeSync(handle, `${JSON.stringify({ id: notice.id, text: notice.text })}\n`);
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
function readIds(file: string): string[] {
	if (!existsSync(file)) return [];
	return readFileSync(file, "utf8")
		.split("\n")
		.flatMap((line) => {
			try {
				return [(JSON.parse(line) as Notice).id];
			} catch {
				return [];
			}
		});
}
