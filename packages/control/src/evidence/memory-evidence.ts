import { HeadgateError, type NewEvidence } from "@headgate/protocol";
import { parseLines, renderLines, requireEndpointName, sealLines, verifyLines } from "./evidence-lines.ts";
import type { EvidenceReport, EvidenceSeal, EvidenceStore } from "./evidence-store.ts";

/** Evidence that ends with its process: the working fake for tests and simulations. `lines` holds the raw lines by endpoint. */
export class MemoryEvidence implements EvidenceStore {
	readonly lines: Map<string, string[]>;
	#closed = false;

	constructor(lines: Map<string, string[]> = new Map()) {
		this.lines = lines;
	}

	async append(endpoint: string, records: readonly NewEvidence[]): Promise<readonly number[]> {
		if (this.#closed) throw new HeadgateError("evidence.closed", "the evidence store is closed");
		requireEndpointName(endpoint);
		const kept = this.#of(endpoint);
		const first = kept.length + 1;
		const added = renderLines(endpoint, first, records);
		if (added.length > 0) this.lines.set(endpoint, [...kept, ...added]);
		return added.map((_, index) => first + index);
	}

	lastPosition(endpoint: string): number {
		return this.#of(endpoint).length;
	}

	read(endpoint: string, from = 1) {
		return parseLines(endpoint, from, this.#of(endpoint).slice(from - 1));
	}

	async *readLines(endpoint: string, from: number, to: number): AsyncGenerator<string> {
		yield* this.#of(endpoint).slice(from - 1, to);
	}

	seal(endpoint: string, from: number, to: number): Promise<string> {
		return sealLines(endpoint, from, to, this.#of(endpoint).slice(from - 1));
	}

	verify(endpoint: string, seals: readonly EvidenceSeal[]): Promise<EvidenceReport> {
		return verifyLines(endpoint, seals, (from) => this.#of(endpoint).slice(from - 1));
	}

	async close(): Promise<void> {
		this.#closed = true;
	}

	#of(endpoint: string): readonly string[] {
		return this.lines.get(endpoint) ?? [];
	}
}
