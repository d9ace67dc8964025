import type { ErrorRow } from "./catalogue.ts";

/** The plan and gate language, and endpoint.yaml around it. */
export const planErrors: Readonly<Record<string, ErrorRow>> = {};
