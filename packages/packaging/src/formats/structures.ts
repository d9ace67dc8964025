import type { Reader } from "../files/read-at.ts";
import type { FileFormat } from "./detect-format.ts";
import { readOnnx } from "./onnx/read-onnx.ts";

/** Readers of the formats whose structure is kept in the lock and compared at deploy (tier L2). They skip the tensors' bytes. */
export const STRUCTURE_READERS: Readonly<Partial<Record<FileFormat, Reader<unknown>>>> = { onnx: readOnnx };
