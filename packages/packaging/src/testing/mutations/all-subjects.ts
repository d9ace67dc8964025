import { gzipSubject } from "./gzip-subject.ts";
import { onnxSubject } from "./onnx-subject.ts";
import { safetensorsSubject } from "./safetensors-subject.ts";
import type { MutationSubject } from "./subject.ts";
import { tarSubject } from "./tar-subject.ts";
import { zipSubject } from "./zip-subject.ts";

/** Every parser that meets bytes of strangers. */
export const MUTATION_SUBJECTS: readonly MutationSubject[] = [
	onnxSubject,
	safetensorsSubject,
	zipSubject,
	tarSubject,
	gzipSubject,
];
