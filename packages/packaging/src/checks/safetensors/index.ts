/** Whether safetensors files and their shards are whole and hold values. */
import type { Check } from "../check.ts";
import { b01SafetensorsHeader } from "./b01-safetensors-header.ts";
import { b02SafetensorsLayout } from "./b02-safetensors-layout.ts";
import { b03ShardIndex } from "./b03-shard-index.ts";
import { b04SafetensorsValues } from "./b04-safetensors-values.ts";
import { b05SafetensorsMetadata } from "./b05-safetensors-metadata.ts";

export const SAFETENSORS_CHECKS: readonly Check[] = [
	b01SafetensorsHeader,
	b02SafetensorsLayout,
	b03ShardIndex,
	b04SafetensorsValues,
	b05SafetensorsMetadata,
];
