import { type FileHandle, mkdir, open } from "node:fs/promises";
import path from "node:path";
import { renderLines } from "@headgate/control/evidence";
import { HeadgateError, type NewEvidence } from "@headgate/protocol";
import { fileFault } from "./file-faults.ts";
import { type Segment, segmentLines, segmentName } from "./segment.ts";

interface Waiting {
	readonly records: readonly NewEvidence[];
	resolve(positions: readonly number[]): void;
	reject(fault: unknown): void;
}

/** The evidence of one endpoint: appends go to the newest segment, one write and one fsync for all that wait. */
export class EndpointLog {
	readonly #endpoint: string;
	readonly #folder: string;
	readonly #segmentBytes: number;
	readonly #segments: Segment[];
	#handle: FileHandle | undefined;
	#waiting: Waiting[] = [];
	#writes: Promise<void> | undefined;
	#broken: HeadgateError | undefined;

	constructor(endpoint: string, folder: string, segmentBytes: number, segments: Segment[]) {
		this.#endpoint = endpoint;
		this.#folder = folder;
		this.#segmentBytes = segmentBytes;
		this.#segments = segments;
	}

	get lastPosition(): number {
		const newest = this.#segments.at(-1);
		return newest ? newest.first + newest.lines - 1 : 0;
	}

	/** After `close` it must not be called. */
	append(records: readonly NewEvidence[]): Promise<readonly number[]> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ records, resolve, reject });
			this.#writes ??= this.#writeAll();
		});
	}

	lines(from: number): AsyncGenerator<string> {
		// Copies: what is appended meanwhile is not read, so a reader never meets a line that is half on disk.
		return segmentLines(
			this.#segments.map((segment) => ({ ...segment })),
			from,
		);
	}

	async close(): Promise<void> {
		await this.#writes;
		await this.#handle?.close();
		this.#handle = undefined;
	}

	async #writeAll(): Promise<void> {
		while (this.#waiting.length > 0) {
			const group = this.#waiting;
			this.#waiting = [];
			await this.#writeGroup(group);
		}
		this.#writes = undefined;
	}

	async #writeGroup(group: readonly Waiting[]): Promise<void> {
		const first = this.lastPosition + 1;
		const lines: string[] = [];
		const answers = group.map(({ records, resolve, reject }) => {
			try {
				const start = first + lines.length;
				const rendered = renderLines(this.#endpoint, start, records);
				lines.push(...rendered);
				return { reject, answer: () => resolve(rendered.map((_, index) => start + index)) };
			} catch (fault) {
				return { reject, answer: () => reject(fault) };
			}
		});
		try {
			if (lines.length > 0) await this.#write(first, lines);
			for (const { answer } of answers) answer();
		} catch (fault) {
			for (const { reject } of answers) reject(fileFault(fault, this.#folder));
		}
	}

	async #write(first: number, lines: readonly string[]): Promise<void> {
		if (this.#broken) throw this.#broken;
		const content = Buffer.from(`${lines.join("\n")}\n`);
		const { segment, handle } = await this.#newest(first);
		try {
			await writeFully(handle, content, segment.bytes);
			await handle.datasync();
		} catch (fault) {
			await this.#takeBack(handle, segment);
			throw fault;
		}
		segment.bytes += content.length;
		segment.lines += lines.length;
	}

	/** The segment that takes the next line, and its open file; a new one when the newest is full. */
	async #newest(first: number): Promise<{ segment: Segment; handle: FileHandle }> {
		const newest = this.#segments.at(-1);
		if (newest && newest.bytes < this.#segmentBytes) {
			this.#handle ??= await open(newest.file, "r+");
			return { segment: newest, handle: this.#handle };
		}
		await mkdir(this.#folder, { recursive: true, mode: 0o700 });
		const file = path.join(this.#folder, segmentName(first));
		// Not "wx": a file of this name can only be an empty one, left when its folder could not be synced.
		const handle = await open(file, "w", 0o600);
		try {
			await syncFolder(this.#folder);
			await syncFolder(path.dirname(this.#folder));
		} catch (fault) {
			await handle.close();
			throw fault;
		}
		await this.#handle?.close();
		this.#handle = handle;
		const segment = { file, first, lines: 0, bytes: 0 };
		this.#segments.push(segment);
		return { segment, handle };
	}

	/** Cuts off what a failed write left behind. If even that fails, nothing more is written until the store is opened anew. */
	async #takeBack(handle: FileHandle, segment: Segment): Promise<void> {
		try {
			await handle.truncate(segment.bytes);
		} catch (cause) {
			const message = `a failed write to ${segment.file} could not be taken back`;
			this.#broken = new HeadgateError("evidence.closed", message, { path: segment.file, cause });
		}
	}
}

async function writeFully(handle: FileHandle, content: Buffer, at: number): Promise<void> {
	for (let done = 0; done < content.length; ) {
		done += (await handle.write(content, done, content.length - done, at + done)).bytesWritten;
	}
}

/** A new file is only durable once the folder that names it is. */
async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
