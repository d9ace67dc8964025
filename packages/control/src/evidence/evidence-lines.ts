import { createHash } from "node:crypto";
import {
	type EvidenceRecord,
	HeadgateError,
	isEvidenceDefect,
	type NewEvidence,
	parseEvidenceLine,
	renderEvidenceDefect,
	renderEvidenceLine,
} from "@headgate/protocol";
import type { EvidenceReport, EvidenceSeal } from "./evidence-store.ts";

/** Raw lines of one endpoint in order, without their line ends; the first lies at the position asked for. */
export type Lines = Iterable<string> | AsyncIterable<string>;

const ENDPOINT = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/** Refuses a name that could lead out of its folder. Endpoint names are checked long before: this is the last door. */
export function requireEndpointName(endpoint: string): void {
	if (ENDPOINT.test(endpoint)) return;
	throw new HeadgateError("evidence.record-invalid", `"${endpoint}" cannot name the evidence of an endpoint`);
}

/** The lines of new records, the first at `position`. Throws `evidence.record-invalid`. */
export function renderLines(endpoint: string, position: number, records: readonly NewEvidence[]): string[] {
	return records.map((record, index) => {
		try {
			const line = renderEvidenceLine(position + index, record);
			if (!line.isWellFormed()) throw new TypeError("it holds half a character (a lone surrogate)");
			return line;
		} catch (cause) {
			const reason = cause instanceof Error ? cause.message : String(cause);
			throw new HeadgateError("evidence.record-invalid", `a ${record.kind} record of ${endpoint} cannot be written: ${reason}`, {
				cause,
			});
		}
	});
}

/** Parses lines on the way out. Throws `evidence.corrupt` at the first that is not what was written. */
export async function* parseLines(endpoint: string, from: number, lines: Lines): AsyncGenerator<EvidenceRecord> {
	let position = from;
	for await (const line of lines) {
		const parsed = parseEvidenceLine(line, position);
		if (isEvidenceDefect(parsed)) throw new HeadgateError("evidence.corrupt", renderEvidenceDefect(endpoint, parsed));
		yield parsed;
		position += 1;
	}
}

/** sha256 hex over the raw lines from `from` to `to`, line ends included. Throws `evidence.range-missing`. */
export async function sealLines(endpoint: string, from: number, to: number, lines: Lines): Promise<string> {
	const hash = createHash("sha256");
	let position = from;
	if (from >= 1 && from <= to) {
		for await (const line of lines) {
			hash.update(`${line}\n`);
			position += 1;
			if (position > to) return hash.digest("hex");
		}
	}
	const message = `evidence of ${endpoint} from ${from} to ${to} was asked for, but it ends at ${position - 1}`;
	throw new HeadgateError("evidence.range-missing", message);
}

/** Checks each record by its own sum, so that one flipped count names its record; then each seal. */
export async function verifyLines(
	endpoint: string,
	seals: readonly EvidenceSeal[],
	linesFrom: (from: number) => Lines,
): Promise<EvidenceReport> {
	let position = 0;
	for await (const line of linesFrom(1)) {
		position += 1;
		const parsed = parseEvidenceLine(line, position);
		if (isEvidenceDefect(parsed)) {
			const { got, expected } = parsed;
			return { ok: false, position, got, expected, message: renderEvidenceDefect(endpoint, parsed) };
		}
	}
	for (const { from, to, sha256 } of seals) {
		if (to > position) {
			const message = `evidence of ${endpoint}, record ${position + 1}: the records up to ${to} were sealed, but it ends at ${position}`;
			return { ok: false, position: position + 1, got: String(position), expected: String(to), message };
		}
		const got = await sealLines(endpoint, from, to, linesFrom(from));
		if (got !== sha256) {
			const message = `evidence of ${endpoint}, records ${from} to ${to}: they were written anew after they were sealed (got ${got}, expected ${sha256})`;
			return { ok: false, position: from, got, expected: sha256, message };
		}
	}
	return { ok: true, records: position, seals: seals.length };
}
