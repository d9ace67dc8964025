/** One tensor as the header states it. Offsets count from the start of the data, which follow the header. */
export interface SafetensorsTensor {
	readonly name: string;
	readonly dtype: string;
	readonly shape: readonly number[];
	readonly begin: number;
	readonly end: number;
}

/** One entry of `__metadata__`. */
export interface SafetensorsNote {
	readonly key: string;
	/** The beginning of the value, at most 256 characters. */
	readonly value: string;
	/** Of the value as it stands in the header. */
	readonly bytes: number;
	/** It begins like a program or holds HTML that would run. */
	readonly script: boolean;
}

/** Something that one tensor's entry, or the layout of all, has wrong. */
export interface TensorProblem {
	readonly code: string;
	/** What, got, expected; without the file's name. */
	readonly message: string;
	readonly hint?: string;
	readonly severity?: "warn";
	/** Offset in the file, where one is known. */
	readonly offset?: number;
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
	/** Of the JSON, without the 8 bytes that say so. */
	readonly headerBytes: number;
	/** What follows the header in the file. */
	readonly dataBytes: number;
	/** Undefined without `__metadata__`. */
	readonly notes: readonly SafetensorsNote[] | undefined;
	/** In the header's order; without those that `problems` speaks of. */
	readonly tensors: readonly SafetensorsTensor[];
	/** Values of entries that no tensor can have; at most 100. */
	readonly problems: readonly TensorProblem[];
}

/** A sound safetensors file: every byte belongs to one tensor. */
export type SafetensorsFile = Omit<SafetensorsHeader, "problems">;
