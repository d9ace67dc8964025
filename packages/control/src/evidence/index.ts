/**
 * The evidence store: its port, the lines that every store shares, and a working one in memory.
 * Files live in adapters; the form of a record and its sum live in protocol; judging it belongs to core.
 */
export { type Lines, parseLines, renderLines, requireEndpointName, sealLines, verifyLines } from "./evidence-lines.ts";
export type { EvidenceReader, EvidenceReport, EvidenceSeal, EvidenceStore } from "./evidence-store.ts";
export { MemoryEvidence } from "./memory-evidence.ts";
