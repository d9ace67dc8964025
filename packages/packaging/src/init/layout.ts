import type { FileFormat } from "../formats/detect-format.ts";
import type { VersionClaim } from "./version-claims.ts";

/** A value that only a person knows, and what it is. */
export class Gap {
	readonly words: string;
	constructor(words: string) {
		this.words = words;
	}
}

export type Known = string | Gap;

export interface DraftArtifact {
	readonly path: string;
	readonly format: FileFormat | "skops";
	/** Loading it runs code that stands in it: a person has to say that its maker is trusted. */
	readonly runsCode: boolean;
}

/** What a kind of folder tells of the model in it. */
export interface Layout {
	/** For people: `an MLflow model (sklearn)`. */
	readonly what: string;
	readonly kind: "onnx" | "python";
	readonly entry: Known;
	/** Weight files besides the entry. */
	readonly artifacts: readonly DraftArtifact[];
	/** Runtime versions that do not depend on what other files claim. */
	readonly versions?: Readonly<Record<string, string>>;
	/** Versions that the layout's own files claim. */
	readonly claims?: readonly VersionClaim[];
	/** Libraries whose version belongs under runtime.versions, by their names on PyPI. */
	readonly libraries?: readonly string[];
	/** Texts of schemas, for a folder that has none. */
	readonly input?: string;
	readonly output?: string;
	/** Code to write where the folder has none. */
	readonly drafts?: readonly { readonly path: string; readonly text: string }[];
	readonly annotations?: Readonly<Record<string, string>>;
	/** What a person should know; no gaps. */
	readonly notes?: readonly string[];
}
