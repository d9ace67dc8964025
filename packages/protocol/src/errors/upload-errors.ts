import type { ErrorRow } from "./error-row.ts";

/** Packages on their way in. */
export const uploadErrors: Readonly<Record<string, ErrorRow>> = {};
