import type { ErrorRow } from "./catalogue.ts";

/** The gateway: what a caller's request can meet, and what a model can do wrong. */
export const gatewayErrors: Readonly<Record<string, ErrorRow>> = {};
