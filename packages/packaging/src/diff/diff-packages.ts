import { findMetric } from "@headgate/core/plan";
import { isLeftOut, type Manifest, type ManifestDataset } from "@headgate/protocol";
import { type Bump, isEnough, largerBump } from "../compatibility/change.ts";
import { compareSchemas } from "../compatibility/compare-schemas.ts";
import { declaredBump } from "../compatibility/declared-bump.ts";
import { packageDigest } from "../lock/package-lock.ts";
import { diffValues } from "./diff-values.ts";
import type {
	ChangeKind,
	DatasetChange,
	FeaturesDiff,
	FileChange,
	MetricChange,
	PackageDiff,
	PackageName,
	SchemasDiff,
	TemplateChange,
} from "./package-diff.ts";
import type { FileFact, MetricFact, PackageFacts } from "./package-facts.ts";

/** How `b` differs from `a`, part by part. */
export function diffPackages(a: PackageFacts, b: PackageFacts): PackageDiff {
	const files = diffFiles(a.files, b.files);
	return {
		a: nameOf(a),
		b: nameOf(b),
		same: files.length === 0,
		files,
		manifest: diffValues(fieldsOf(a.manifest), fieldsOf(b.manifest)),
		schemas: diffSchemas(a, b),
		features: diffFeatures(a.features, b.features),
		dependencies: diffValues(a.dependencies ?? {}, b.dependencies ?? {}),
		datasets: diffDatasets(datasetsOf(a.manifest), datasetsOf(b.manifest)),
		hyperparameters: diffValues(hyperparametersOf(a.manifest), hyperparametersOf(b.manifest)),
		metrics: diffMetrics(a.metrics, b.metrics),
		templates: diffTemplates(a.templates, b.templates),
		notCompared: [...new Set([...a.problems, ...b.problems])],
	};
}

function nameOf({ manifest, files }: PackageFacts): PackageName {
	return { name: manifest.name, version: manifest.version, digest: packageDigest(files) };
}

/** What is shown as a part of its own is no field of the manifest. */
function fieldsOf({ datasets, training, ...rest }: Manifest): unknown {
	if (isLeftOut(training)) return { ...rest, training, ...(isLeftOut(datasets) ? { datasets } : {}) };
	const { hyperparameters: _, ...how } = training;
	return { ...rest, training: how, ...(isLeftOut(datasets) ? { datasets } : {}) };
}

function datasetsOf({ datasets }: Manifest): readonly ManifestDataset[] {
	return isLeftOut(datasets) ? [] : datasets;
}

function hyperparametersOf({ training }: Manifest): unknown {
	return isLeftOut(training) ? {} : training.hyperparameters;
}

function diffFiles(before: readonly FileFact[], after: readonly FileFact[]): FileChange[] {
	return eachNamed(before, after, ({ path }) => path).flatMap(([path, change, was, is]) => {
		if (change === "changed" && was!.sha256 === is!.sha256) return [];
		return [{ path, change, bytesBefore: was?.size ?? null, bytesAfter: is?.size ?? null }];
	});
}

function diffSchemas(a: PackageFacts, b: PackageFacts): SchemasDiff {
	const changes = [
		...compareSchemas(a.inputSchema, b.inputSchema, "input"),
		...compareSchemas(a.outputSchema, b.outputSchema, "output"),
	];
	const needed = changes.reduce<Bump>((largest, { bump }) => largerBump(largest, bump), "none");
	const declared = declaredBump(a.manifest.version, b.manifest.version);
	return { changes, needed, declared, enough: isEnough(declared, needed) };
}

function diffFeatures(before: readonly string[] | null, after: readonly string[] | null): FeaturesDiff {
	const [was, is] = [new Set(before ?? []), new Set(after ?? [])];
	const common = (before ?? []).filter((name) => is.has(name));
	const reordered = common.join("\n") !== (after ?? []).filter((name) => was.has(name)).join("\n");
	return {
		before: before?.length ?? null,
		after: after?.length ?? null,
		added: [...is].filter((name) => !was.has(name)),
		removed: [...was].filter((name) => !is.has(name)),
		reordered,
	};
}

function diffDatasets(before: readonly ManifestDataset[], after: readonly ManifestDataset[]): DatasetChange[] {
	return eachNamed(before, after, ({ name }) => name).flatMap(([name, change, was, is]) => {
		const fields = diffValues({ ...was, name: undefined }, { ...is, name: undefined });
		return fields.length === 0 && change === "changed" ? [] : [{ name, change, fields }];
	});
}

function diffMetrics(before: readonly MetricFact[], after: readonly MetricFact[]): MetricChange[] {
	return eachNamed(before, after, ({ name }) => name).flatMap(([name, , was, is]) => {
		if (was?.value === is?.value) return [];
		const difference = was === undefined || is === undefined ? null : is.value - was.value;
		const harm = findMetric((was ?? is)!.metric)?.harm;
		const better = difference === null || harm === undefined ? null : harm === "high" ? difference < 0 : difference > 0;
		return [{ name, before: was?.value ?? null, after: is?.value ?? null, difference, better }];
	});
}

function diffTemplates(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): TemplateChange[] {
	return eachNamed(Object.entries(before), Object.entries(after), ([name]) => name).flatMap(([name, change, was, is]) => {
		if (was?.[1] === is?.[1]) return [];
		const [linesBefore, linesAfter] = [was, is].map((entry) => entry?.[1].split("\n") ?? []) as [string[], string[]];
		return [{ name, change, linesAdded: onlyIn(linesAfter, linesBefore), linesRemoved: onlyIn(linesBefore, linesAfter) }];
	});
}

/** How many lines of one list the other has not, each as often as it stands there. */
function onlyIn(lines: readonly string[], others: readonly string[]): number {
	const left = new Map<string, number>();
	for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
	return lines.filter((line) => {
		const count = left.get(line) ?? 0;
		if (count > 0) left.set(line, count - 1);
		return count === 0;
	}).length;
}

/** The entries of both by name, in the order of their names. Where a name stands twice, its first entry counts. */
function eachNamed<T>(
	before: readonly T[],
	after: readonly T[],
	nameOfEntry: (entry: T) => string,
): [name: string, change: ChangeKind, was: T | undefined, is: T | undefined][] {
	const [was, is] = [before, after].map((entries) => new Map(entries.toReversed().map((entry) => [nameOfEntry(entry), entry])));
	const names = [...new Set([...was!.keys(), ...is!.keys()])].sort();
	return names.map((name) => {
		const [old, next] = [was!.get(name), is!.get(name)];
		return [name, old === undefined ? "added" : next === undefined ? "removed" : "changed", old, next];
	});
}
