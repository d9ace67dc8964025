import type { ErrorRow } from "./error-row.ts";

/** Formats that can run code when they are loaded. */
export const pickleErrors: Readonly<Record<string, ErrorRow>> = {};
