import type { Check } from "./check.ts";
import { CONTENTS_CHECKS } from "./contents/index.ts";
import { DEPENDENCY_CHECKS } from "./dependencies/index.ts";
import { EVIDENCE_CHECKS } from "./evidence/index.ts";
import { GGUF_CHECKS } from "./gguf/index.ts";
import { INTEGRITY_CHECKS } from "./integrity/index.ts";
import { MANIFEST_CHECKS } from "./manifest/index.ts";
import { ONNX_CHECKS } from "./onnx/index.ts";
import { PICKLE_CHECKS } from "./pickle/index.ts";
import { SAFETENSORS_CHECKS } from "./safetensors/index.ts";
import { SCHEMA_CHECKS } from "./schema/index.ts";

/** Every check, in the order in which people read them. */
export const CHECKS: readonly Check[] = [
	...MANIFEST_CHECKS,
	...INTEGRITY_CHECKS,
	...SAFETENSORS_CHECKS,
	...ONNX_CHECKS,
	...GGUF_CHECKS,
	...PICKLE_CHECKS,
	...CONTENTS_CHECKS,
	...DEPENDENCY_CHECKS,
	...SCHEMA_CHECKS,
	...EVIDENCE_CHECKS,
];
