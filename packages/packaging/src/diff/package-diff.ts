import type { Bump, SchemaChange } from "../compatibility/change.ts";

export type ChangeKind = "added" | "removed" | "changed";

/** How two packages differ, from `a` to `b`. Empty lists are parts that are the same. */
export interface PackageDiff {
	readonly a: PackageName;
	readonly b: PackageName;
	/** Every file has the same bytes. */
	readonly same: boolean;
	readonly files: readonly FileChange[];
	/** Fields of model.yaml by their path, but for data sets and hyperparameters. */
	readonly manifest: readonly ValueChange[];
	readonly schemas: SchemasDiff;
	readonly features: FeaturesDiff;
	readonly dependencies: readonly ValueChange[];
	/** By name, each with the fields that differ. */
	readonly datasets: readonly DatasetChange[];
	readonly hyperparameters: readonly ValueChange[];
	readonly metrics: readonly MetricChange[];
	readonly templates: readonly TemplateChange[];
	/** What could not be read of either, in sentences. */
	readonly notCompared: readonly string[];
}

export interface PackageName {
	readonly name: string;
	readonly version: string;
	/** `sha256:<64 hex>` of the content. */
	readonly digest: string;
}

export interface FileChange {
	readonly path: string;
	readonly change: ChangeKind;
	/** Null where there is none. */
	readonly bytesBefore: number | null;
	readonly bytesAfter: number | null;
}

export interface ValueChange {
	readonly path: string;
	readonly change: ChangeKind;
	/** As in the file; absent where there is none. */
	readonly before?: unknown;
	readonly after?: unknown;
}

export interface SchemasDiff {
	readonly changes: readonly SchemaChange[];
	/** What the changes ask of the version, and what the step between the two versions is. */
	readonly needed: Bump;
	readonly declared: Bump;
	readonly enough: boolean;
}

export interface FeaturesDiff {
	/** How many; null where a package lists none. */
	readonly before: number | null;
	readonly after: number | null;
	readonly added: readonly string[];
	readonly removed: readonly string[];
	/** The common ones stand in another order. */
	readonly reordered: boolean;
}

export interface DatasetChange {
	readonly name: string;
	readonly change: ChangeKind;
	readonly fields: readonly ValueChange[];
}

export interface MetricChange {
	readonly name: string;
	readonly before: number | null;
	readonly after: number | null;
	/** `after - before`; null where one is missing. */
	readonly difference: number | null;
	/** Null where the metric table does not know which way is better. */
	readonly better: boolean | null;
}

export interface TemplateChange {
	readonly name: string;
	readonly change: ChangeKind;
	/** Lines that only one of the two has. */
	readonly linesAdded: number;
	readonly linesRemoved: number;
}
