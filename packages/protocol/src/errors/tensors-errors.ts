import type { ErrorRow } from "./error-row.ts";

/** Files of tensors: safetensors and GGUF. */
export const tensorsErrors: Readonly<Record<string, ErrorRow>> = {};
