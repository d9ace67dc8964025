import type { ErrorRow } from "./error-row.ts";

/** Archives: zip, tar, gzip. */
export const archiveErrors: Readonly<Record<string, ErrorRow>> = {};
