/** What `model.yaml` says, read and complete. Made only by `readManifest` of packaging; MANIFEST_SCHEMA is its contract. */
export interface Manifest {
	readonly name: string;
	/** Semantic version 2.0 without build metadata. */
	readonly version: string;
	readonly description?: string;
	readonly license?: string;
	readonly owner: { readonly team: string; readonly contact: string; readonly oncall?: string };
	readonly runtime: ManifestRuntime;
	readonly remote?: { readonly protocol: "oip-v2" | "mlflow" | "openai"; readonly url: string; readonly modelName?: string };
	readonly artifacts?: readonly ManifestArtifact[];
	readonly code?: { readonly load?: string | null; readonly pre?: string | null; readonly post?: string | null };
	/** Paths of JSON Schemas 2020-12. */
	readonly schema: { readonly input: string; readonly output: string };
	readonly examples: string | LeftOut;
	/** Exactly one of features and tokenizer is there. */
	readonly features?: string | LeftOut;
	readonly tokenizer?: string | LeftOut;
	readonly dependencies: string | LeftOut;
	readonly datasets: readonly ManifestDataset[] | LeftOut;
	readonly training: ManifestTraining | LeftOut;
	readonly evaluation: string | LeftOut;
	readonly resources: ManifestResources;
	/** What a prediction does besides answering; `external` must not be mirrored. */
	readonly effects: "none" | "external";
	readonly changes: ManifestChanges | LeftOut;
	readonly decisions?: ManifestDecisions;
	readonly annotations?: Readonly<Record<string, string>>;
}

/** An optional part that is absent, and why. The checks show the reason. */
export interface LeftOut {
	readonly none: string;
}

export interface ManifestRuntime {
	readonly kind: "onnx" | "js" | "python" | "http";
	/** Path of the weight file or the code that makes the model; absent for `http`. */
	readonly entry?: string;
	/** Exact versions by name. */
	readonly versions: Readonly<Record<string, string>>;
}

export interface ManifestArtifact {
	readonly path: string;
	readonly format: string;
	readonly role: "weights" | "data" | "other";
	/** Says of a file that can run code when it is loaded that its makers are trusted. */
	readonly trust?: "pickle";
}

export interface ManifestDataset {
	readonly name: string;
	/** RFC 3339 instant of the data's state. */
	readonly version: string;
	/** 64 hexadecimal digits. */
	readonly sha256: string;
	readonly rows?: number;
	readonly role: "train" | "eval" | "test" | "reference";
	readonly uri?: string;
}

export interface ManifestTraining {
	/** Full commit id, 40 or 64 hexadecimal digits; or `code`. */
	readonly commit?: string;
	/** Path of a sealed archive of the training code. */
	readonly code?: string;
	readonly repository?: string;
	/** Whether the working tree had changes that the commit lacks. */
	readonly dirty?: boolean;
	readonly hyperparameters: Readonly<Record<string, unknown>>;
	readonly startedAt?: string;
	readonly finishedAt?: string;
}

export interface ManifestResources {
	/** Cores; above 0. */
	readonly cpu: number;
	/** `512Mi`, `2Gi`. */
	readonly memory: string;
	readonly disk: string;
	readonly gpu: number;
	/** Tokens of context that a language model keeps at most; its own maximum unless given. */
	readonly contextTokens?: number;
	readonly startupSeconds?: number;
}

export interface ManifestChanges {
	/** `name@version`, or null for a first version. */
	readonly previous: string | null;
	readonly previousDigest?: string;
	/** Path of the change notes. */
	readonly notes: string;
}

export interface ManifestDecisions {
	/** Path of a text for people. */
	readonly path: string;
	/** Properties of the input schema. */
	readonly factors?: readonly { readonly name: string; readonly direction?: "+" | "-" | "mixed"; readonly source?: string }[];
}

/** Narrows a part to the reason it is absent. */
export function isLeftOut(part: unknown): part is LeftOut {
	return typeof part === "object" && part !== null && !Array.isArray(part) && "none" in part;
}
