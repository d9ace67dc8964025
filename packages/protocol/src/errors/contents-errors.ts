import type { ErrorRow } from "./error-row.ts";

/** Configuration, tokenizers, templates, code and secrets in a package. */
export const contentsErrors: Readonly<Record<string, ErrorRow>> = {};
