/** What crosses a wire or a disk: schemas, error catalogue, event envelope, canonical JSON. It decides nothing. */
export * from "./bus/messages.ts";
export { canonicalJson, digestOf } from "./canonical-json.ts";
export { ERRORS, type ErrorRow } from "./errors/catalogue.ts";
export { HeadgateError } from "./errors/headgate-error.ts";
export { type Actor, GENESIS, hashEvent, type JournalEvent, type NewEvent } from "./journal-event.ts";
