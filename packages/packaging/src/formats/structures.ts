import type { Reader } from "../files/read-at.ts";
import type { FileFormat } from "./detect-format.ts";
import { readGguf } from "./gguf/read-gguf.ts";
import { readOnnx } from "./onnx/read-onnx.ts";
import { readSafetensors } from "./safetensors/read-safetensors.ts";

/** Readers of the formats whose structure is kept in the lock and compared at deploy (tier L2). They skip the tensors' bytes. */
export const STRUCTURE_READERS: Readonly<Partial<Record<FileFormat, Reader<unknown>>>> = {
	onnx: readOnnx,
	safetensors: readSafetensors,
	gguf: readGguf,
};
