import { type ErrorRow, refused } from "./error-row.ts";

const COPY = "Copy the file again and compare its sha256; else save the model again.";
const SAVE = "Save the model again with the safetensors library.";
const CONVERT = "Convert the model again with the current converter of llama.cpp.";

/** Files of tensors: safetensors and GGUF. */
export const tensorsErrors: Readonly<Record<string, ErrorRow>> = {
	"safetensors.header-length": refused("A safetensors header is longer than its file or than 100,000,000 bytes.", COPY),
	"safetensors.header": refused("A safetensors header is not the JSON that it must be.", COPY),
	"safetensors.duplicate-key": refused("A name stands twice in a safetensors header.", SAVE),
	"safetensors.limit": refused("A safetensors header exceeds a limit of the reader.", "Save it with shorter names and notes."),
	"safetensors.dtype": refused("A tensor has an unknown type.", "Save it with a type that the safetensors library knows."),
	"safetensors.shape": refused("A tensor's shape is malformed or does not fit its bytes.", SAVE),
	"safetensors.offsets": refused("A tensor's offsets are malformed.", SAVE),
	"safetensors.overlap": refused("Two tensors share bytes.", SAVE),
	"safetensors.hole": refused("Bytes between tensors belong to none of them.", SAVE),
	"safetensors.trailing": refused("Bytes follow the last tensor.", SAVE),
	"safetensors.empty": refused("A safetensors file holds no tensor.", "Push the file that holds the weights."),
	"safetensors.index": refused("An index of shards is malformed or wrong.", "Copy the index again from the export."),
	"safetensors.shard": refused("Shards are missing or disagree with their index.", "Copy all shards again from one export."),
	"safetensors.metadata": refused("Notes in a safetensors file are long or look like a program.", "Keep notes short and plain."),
	"gguf.header": refused("A file does not begin as a GGUF file does.", COPY),
	"gguf.version": refused("A GGUF file is of a version that runtimes do not load.", CONVERT),
	"gguf.metadata": refused("A key or a value of a GGUF file is malformed.", COPY),
	"gguf.duplicate-key": refused("A key or a tensor's name stands twice in a GGUF file.", CONVERT),
	"gguf.limit": refused("A GGUF file exceeds a limit of the reader.", CONVERT),
	"gguf.alignment": refused("The alignment of a GGUF file is no power of two from 8 on.", CONVERT),
	"gguf.tensor": refused("A tensor of a GGUF file has a wrong shape or type.", CONVERT),
	"gguf.offsets": refused("A tensor of a GGUF file does not begin where the one before it ends.", CONVERT),
	"gguf.trailing": refused("Bytes follow the last tensor of a GGUF file.", CONVERT),
	"gguf.keys": refused("A GGUF file lacks what a runtime needs to know.", CONVERT),
	"gguf.no-weights": refused("A GGUF file is valid, but is no model by itself.", "Push the file that holds the weights."),
};
