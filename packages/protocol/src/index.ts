/** What crosses a wire or a disk: schemas, error catalogue, event envelope, canonical JSON. It decides nothing. */
export * from "./bus/messages.ts";
export { canonicalJson, digestOf } from "./canonical-json.ts";
export * from "./endpoint/index.ts";
export { accepted } from "./errors/accepted.ts";
export { ERRORS } from "./errors/catalogue.ts";
export type { ErrorRow } from "./errors/error-row.ts";
export { HeadgateError } from "./errors/headgate-error.ts";
export {
	type EvidenceDefect,
	type EvidenceRecord,
	isEvidenceDefect,
	type NewEvidence,
	parseEvidenceLine,
	renderEvidenceDefect,
	renderEvidenceLine,
} from "./evidence-record.ts";
export {
	type ChainBreak,
	ChainCheck,
	type ChainReport,
	chainBreak,
	compareHead,
	type JournalHead,
	renderHead,
	requireHead,
} from "./journal-chain.ts";
export { type Actor, GENESIS, hashEvent, type JournalEvent, type NewEvent } from "./journal-event.ts";
export { EVENT_COLUMNS, type EventRow, isRowDefect, parseEventRow, type RowDefect, renderEventRow } from "./journal-row.ts";
export * from "./manifest/index.ts";
export * from "./outcomes/index.ts";
