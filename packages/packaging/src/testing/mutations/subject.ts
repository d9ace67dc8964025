import type { Random } from "./random.ts";

/** A number in a file that says how long, where or what something is: what attackers write to. */
export interface Field {
	readonly offset: number;
	readonly bytes: number;
	readonly form: "little-endian" | "varint" | "octal";
}

/** A parser under mutation: sound files to start from, where their structure lies, and what it may answer. */
export interface MutationSubject {
	readonly name: string;
	/** Source files, relative to packages/packaging/src, whose lines count for coverage. */
	readonly sources: RegExp;
	/** Sound files. */
	seeds(): readonly Uint8Array[];
	/** One change of the structure (a length, an offset, a key, an opcode); all else stays sound. */
	mutateStructure(bytes: Uint8Array, random: Random): Uint8Array;
	/** Reads a file. Throws HeadgateError with a code of `codes` for what it refuses, nothing else. */
	parse(bytes: Uint8Array): Promise<unknown>;
	readonly codes: RegExp;
}
