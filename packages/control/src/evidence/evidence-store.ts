import type { EvidenceRecord, NewEvidence } from "@headgate/protocol";

/** A range of records that an `EvidenceSealed` event binds to the journal; both ends included. */
export interface EvidenceSeal {
	readonly from: number;
	readonly to: number;
	/** Hex, over the raw lines of the range, line ends included. */
	readonly sha256: string;
}

export type EvidenceReport =
	| { readonly ok: true; readonly records: number; readonly seals: number }
	| {
			readonly ok: false;
			/** The first broken record, or the first record of the first seal that does not hold. */
			readonly position: number;
			readonly got: string;
			readonly expected: string;
			readonly message: string;
	  };

/** What may be asked of an evidence store without being its owner; safe beside a running control process. */
export interface EvidenceReader {
	/** Last position of the endpoint; 0 when it has no records. */
	lastPosition(endpoint: string): number;
	/** Records from a position on (default 1, included), in order. Throws `evidence.corrupt` at one that is not what was written. */
	read(endpoint: string, from?: number): AsyncIterable<EvidenceRecord>;
	/** The raw lines of the range, unchecked, without their line ends: what a replay checks and judges by itself. */
	readLines(endpoint: string, from: number, to: number): AsyncIterable<string>;
	/** sha256 over the raw lines of the range. Throws `evidence.range-missing` when the store does not hold all of it. */
	seal(endpoint: string, from: number, to: number): Promise<string>;
	/** Checks every record by its own sum, then every seal. Never throws for damaged evidence: the report says so. */
	verify(endpoint: string, seals: readonly EvidenceSeal[]): Promise<EvidenceReport>;
	close(): Promise<void>;
}

/** Append-only records of what was counted, per endpoint: what verdicts rest on, and what a replay reads. */
export interface EvidenceStore extends EvidenceReader {
	/**
	 * Appends all records or none; they are on disk when the promise resolves, after one fsync at most. Gives their positions.
	 *
	 * Throws `disk.full` when there was no room (nothing is left half-written), `evidence.record-invalid`, `evidence.closed`.
	 */
	append(endpoint: string, records: readonly NewEvidence[]): Promise<readonly number[]>;
}
