/** Whether GGUF files are whole and have what a runtime needs. */
import type { Check } from "../check.ts";

export const GGUF_CHECKS: readonly Check[] = [];
