import type { Manifest } from "@headgate/protocol";

/** What a difference is made of: everything of a package that people compare, as plain data. */
export interface PackageFacts {
	readonly manifest: Manifest;
	readonly files: readonly FileFact[];
	readonly inputSchema: unknown;
	readonly outputSchema: unknown;
	/** Names of the features in their order; null when the package lists none. */
	readonly features: readonly string[] | null;
	/** Exact versions by name; null when the package lists none. */
	readonly dependencies: Readonly<Record<string, string>> | null;
	readonly metrics: readonly MetricFact[];
	/** Chat templates by where they stand. */
	readonly templates: Readonly<Record<string, string>>;
	/** What could not be read, in sentences. */
	readonly problems: readonly string[];
}

export interface FileFact {
	readonly path: string;
	readonly size: number;
	readonly sha256: string;
}

/** A metric of the evaluation report. */
export interface MetricFact {
	/** With its slice, as `auc where Home=rent`. */
	readonly name: string;
	/** The metric alone, as the metric table knows it. */
	readonly metric: string;
	readonly value: number;
}
