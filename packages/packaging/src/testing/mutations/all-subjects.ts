import { ggufSubject } from "./gguf-subject.ts";
import { gzipSubject } from "./gzip-subject.ts";
import { numpySubject } from "./numpy-subject.ts";
import { onnxSubject } from "./onnx-subject.ts";
import { pickleSubject } from "./pickle-subject.ts";
import { safetensorsSubject } from "./safetensors-subject.ts";
import type { MutationSubject } from "./subject.ts";
import { tarSubject } from "./tar-subject.ts";
import { TEXT_SUBJECTS } from "./text-subjects.ts";
import { torchSubject } from "./torch-subject.ts";
import { zipSubject } from "./zip-subject.ts";

/** Every parser that meets bytes of strangers. */
export const MUTATION_SUBJECTS: readonly MutationSubject[] = [
	onnxSubject,
	safetensorsSubject,
	ggufSubject,
	pickleSubject,
	torchSubject,
	numpySubject,
	zipSubject,
	tarSubject,
	gzipSubject,
	...TEXT_SUBJECTS,
];
