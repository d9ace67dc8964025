import type { ErrorRow } from "./catalogue.ts";

/** Packages: manifest, files, formats, ingest. */
export const checkErrors: Readonly<Record<string, ErrorRow>> = {};
