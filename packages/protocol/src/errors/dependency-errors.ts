import type { ErrorRow } from "./error-row.ts";

/** What a package needs to run. */
export const dependencyErrors: Readonly<Record<string, ErrorRow>> = {};
