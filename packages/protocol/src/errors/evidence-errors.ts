import type { ErrorRow } from "./error-row.ts";

/** Schemas, evaluation, data, training, resources and changes of a package. */
export const evidenceErrors: Readonly<Record<string, ErrorRow>> = {};
