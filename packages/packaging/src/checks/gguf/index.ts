/** Whether GGUF files are whole and have what a runtime needs. */
import type { Check } from "../check.ts";
import { d01GgufHeader } from "./d01-gguf-header.ts";
import { d02GgufTensors } from "./d02-gguf-tensors.ts";
import { d03GgufKeys } from "./d03-gguf-keys.ts";

export const GGUF_CHECKS: readonly Check[] = [d01GgufHeader, d02GgufTensors, d03GgufKeys];
