import { onnxSubject } from "./onnx-subject.ts";
import type { MutationSubject } from "./subject.ts";

/** Every parser that meets bytes of strangers. */
export const MUTATION_SUBJECTS: readonly MutationSubject[] = [onnxSubject];
