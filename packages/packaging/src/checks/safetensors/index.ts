/** Whether safetensors files and their shards are whole and hold values. */
import type { Check } from "../check.ts";

export const SAFETENSORS_CHECKS: readonly Check[] = [];
