import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import {
	type EvidenceReader,
	type EvidenceReport,
	type EvidenceSeal,
	type EvidenceStore,
	parseLines,
	requireEndpointName,
	sealLines,
	verifyLines,
} from "@headgate/control/evidence";
import { type EvidenceRecord, HeadgateError, type NewEvidence } from "@headgate/protocol";
import { EndpointLog } from "./endpoint-log.ts";
import { fileFault } from "./file-faults.ts";
import { findSegments } from "./segment.ts";

/** A segment takes no further append once it has this many bytes; an append is never split, so it may end above. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/**
 * Opens the evidence under `folder` (one folder per endpoint) as its one writer, makes it if it is not there, and cuts off
 * lines that were being written when the power went. The caller must hold the lock of the data folder (the journal's).
 *
 * Throws `disk.full` or `disk.failed`.
 */
export async function openEvidenceLog(folder: string, options: { segmentBytes?: number } = {}): Promise<EvidenceStore> {
	const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
	return opening(folder, async () => {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		return new FilesystemEvidence(folder, segmentBytes, await findLogs(folder, segmentBytes, true));
	});
}

/** Opens the evidence under `folder` for reading what is there now, also while a control process adds to it. */
export async function openEvidenceReader(folder: string): Promise<EvidenceReader> {
	return opening(folder, async () => new FilesystemEvidence(folder, 0, await findLogs(folder, 0, false)));
}

class FilesystemEvidence implements EvidenceStore {
	readonly #folder: string;
	readonly #segmentBytes: number;
	readonly #logs: Map<string, EndpointLog>;
	#closed = false;

	constructor(folder: string, segmentBytes: number, logs: Map<string, EndpointLog>) {
		this.#folder = folder;
		this.#segmentBytes = segmentBytes;
		this.#logs = logs;
	}

	async append(endpoint: string, records: readonly NewEvidence[]): Promise<readonly number[]> {
		if (this.#closed) throw new HeadgateError("evidence.closed", "the evidence store is closed");
		requireEndpointName(endpoint);
		return this.#log(endpoint).append(records);
	}

	lastPosition(endpoint: string): number {
		return this.#logs.get(endpoint)?.lastPosition ?? 0;
	}

	read(endpoint: string, from = 1): AsyncIterable<EvidenceRecord> {
		return parseLines(endpoint, from, this.#lines(endpoint, from));
	}

	async *readLines(endpoint: string, from: number, to: number): AsyncGenerator<string> {
		let position = from;
		for await (const line of this.#lines(endpoint, from)) {
			if (position++ > to) return;
			yield line;
		}
	}

	seal(endpoint: string, from: number, to: number): Promise<string> {
		return sealLines(endpoint, from, to, this.#lines(endpoint, from));
	}

	verify(endpoint: string, seals: readonly EvidenceSeal[]): Promise<EvidenceReport> {
		return verifyLines(endpoint, seals, (from) => this.#lines(endpoint, from));
	}

	async close(): Promise<void> {
		this.#closed = true;
		await Promise.all([...this.#logs.values()].map((log) => log.close()));
	}

	async *#lines(endpoint: string, from: number): AsyncGenerator<string> {
		try {
			yield* this.#logs.get(endpoint)?.lines(from) ?? [];
		} catch (fault) {
			throw fileFault(fault, path.join(this.#folder, endpoint));
		}
	}

	#log(endpoint: string): EndpointLog {
		const known = this.#logs.get(endpoint);
		if (known) return known;
		const log = new EndpointLog(endpoint, path.join(this.#folder, endpoint), this.#segmentBytes, []);
		this.#logs.set(endpoint, log);
		return log;
	}
}

async function findLogs(folder: string, segmentBytes: number, repair: boolean): Promise<Map<string, EndpointLog>> {
	const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
	const logs = entries.map(async ({ name }): Promise<[string, EndpointLog]> => {
		const of = path.join(folder, name);
		return [name, new EndpointLog(name, of, segmentBytes, await findSegments(of, repair))];
	});
	return new Map(await Promise.all(logs));
}

async function opening<T>(folder: string, open: () => Promise<T>): Promise<T> {
	try {
		return await open();
	} catch (fault) {
		throw fileFault(fault, folder);
	}
}
