import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/** What is about to be kept as evidence: a kind and whatever JSON belongs to it. `position` and `sum` are the store's. */
export interface NewEvidence {
	readonly kind: string;
	readonly [field: string]: unknown;
}

/** One line of the evidence store. */
export interface EvidenceRecord extends NewEvidence {
	/** 1, 2, 3, ... without a gap within an endpoint. */
	readonly position: number;
	/** First 16 hex digits of sha256 over the canonical JSON of this record without `sum`: one flipped count names its record. */
	readonly sum: string;
}

/** A line that is not the record which was written at its position. */
export interface EvidenceDefect {
	readonly position: number;
	readonly problem: string;
	readonly got: string;
	readonly expected: string;
}

/** The line of a record, without its line end. Throws TypeError for what JSON cannot hold. */
export function renderEvidenceLine(position: number, evidence: NewEvidence): string {
	const { sum: _, ...data } = evidence;
	const body = { ...data, position };
	return canonicalJson({ ...body, sum: sumOf(body) });
}

/** Reads the line that lies at a position, or says why it cannot be what was written there. */
export function parseEvidenceLine(line: string, position: number): EvidenceRecord | EvidenceDefect {
	const defect = (problem: string, got: unknown, expected: unknown): EvidenceDefect => {
		return { position, problem, got: String(got), expected: String(expected) };
	};
	let record: EvidenceRecord;
	let canonical: string;
	try {
		record = JSON.parse(line) as EvidenceRecord;
		// Throws for what JSON reads and cannot write: 1e999 is infinite.
		canonical = canonicalJson(record);
	} catch {
		return defect("it is not JSON", line.slice(0, 80), "a record");
	}
	if (typeof record !== "object" || record === null || Array.isArray(record)) return defect("it is no record", line, "a record");
	const { sum, ...body } = record;
	if (body.position !== position) return defect("it has another position", body.position, position);
	const found = sumOf(body);
	if (sum !== found) return defect("its content does not match its sum", found, sum);
	// JSON allows several spellings of one value; only the canonical one was written.
	if (canonical !== line) return defect("it is spelled otherwise than it was written", line.slice(0, 80), "canonical JSON");
	return record;
}

export function isEvidenceDefect(parsed: EvidenceRecord | EvidenceDefect): parsed is EvidenceDefect {
	return "problem" in parsed && !("sum" in parsed);
}

export function renderEvidenceDefect(endpoint: string, { position, problem, got, expected }: EvidenceDefect): string {
	return `evidence of ${endpoint}, record ${position}: ${problem} (got ${got}, expected ${expected})`;
}

function sumOf(body: object): string {
	return createHash("sha256").update(canonicalJson(body)).digest("hex").slice(0, 16);
}
