import type { TensorProblem } from "../safetensors/safetensors-file.ts";

/** A value of the metadata. Of an array only what it is an array of, and how long. */
export type GgufValue =
	| {
			readonly type: "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "uint64" | "int64" | "float32" | "float64";
			/** As text where a number would not be exact, or is not finite. */
			readonly value: number | string;
	  }
	| { readonly type: "bool"; readonly value: boolean }
	| {
			readonly type: "string";
			/** The beginning: 4 KiB, of a chat template 256 KiB and one byte. */
			readonly value: string;
			/** Of the whole string. */
			readonly bytes: number;
	  }
	| { readonly type: "array"; readonly of: string; readonly count: number };

export interface GgufTensor {
	readonly name: string;
	/** As written: the first dimension is the one whose elements lie side by side. */
	readonly dims: readonly number[];
	/** `enum ggml_type`. */
	readonly type: number;
	/** From the start of the data. */
	readonly offset: number;
}

/** The structure of a GGUF file: everything but the tensors' bytes. */
export interface GgufHeader {
	readonly version: number;
	/** By key; the object has no prototype. */
	readonly metadata: Readonly<Record<string, GgufValue>>;
	/** Bytes: every tensor begins at a multiple of it. */
	readonly alignment: number;
	readonly tensors: readonly GgufTensor[];
	/** Where the tensors' bytes begin in the file. */
	readonly dataAt: number;
	readonly fileBytes: number;
	/** Values that no tensor can have; at most 100. */
	readonly problems: readonly TensorProblem[];
}

/** A GGUF file whose tensors lie where they should. */
export type GgufFile = Omit<GgufHeader, "problems">;

/** A string of the metadata, or undefined when there is none of that key. */
export function ggufString(file: Pick<GgufFile, "metadata">, key: string): string | undefined {
	const value = file.metadata[key];
	return value?.type === "string" ? value.value : undefined;
}

/** The keys that hold chat templates: `tokenizer.chat_template` and named ones behind it. */
export function isChatTemplate(key: string): boolean {
	return /^tokenizer\.chat_template(\.|$)/.test(key);
}
