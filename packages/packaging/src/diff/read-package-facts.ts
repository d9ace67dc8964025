import { HeadgateError, type Manifest } from "@headgate/protocol";
import { findTemplates } from "../checks/contents/find-templates.ts";
import { ggufTemplates } from "../checks/contents/gguf-templates.ts";
import { CheckContext } from "../checks/context.ts";
import { readNpmLock } from "../dependencies/read-npm-lock.ts";
import { readRequirements } from "../dependencies/read-requirements.ts";
import { walkPackage } from "../files/walk-package.ts";
import { hashPackage, type Progress } from "../lock/build-lock.ts";
import type { PackageLock } from "../lock/package-lock.ts";
import type { MetricFact, PackageFacts } from "./package-facts.ts";

export interface ReadFactsOptions {
	/** Of a stored package: its digests need not be calculated. */
	readonly lock?: PackageLock | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Reads what people compare of a package folder; nothing of it is loaded. Throws `package.*`, and the manifest's first problem. */
export async function readPackageFacts(root: string, options: ReadFactsOptions = {}): Promise<PackageFacts> {
	const files = await walkPackage(root);
	const signal = options.signal ?? new AbortController().signal;
	// An instant that was past when it was made is past now, whatever the clock says.
	const input = { root, files, now: Number.MAX_SAFE_INTEGER, budgetMs: 0, seed: 0, withManifest: true };
	const context = new CheckContext(input, signal);
	try {
		const reading = await context.reading();
		if (!reading.ok) {
			const [{ code, message, hint }] = reading.problems as [(typeof reading.problems)[number]];
			throw new HeadgateError(code, `model.yaml of ${root}: ${message}`, { hint });
		}
		const problems: string[] = [];
		const optional = <T>(what: string, read: Promise<T>, otherwise: T): Promise<T> =>
			read.catch((error: unknown) => {
				if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
				problems.push(`${what}: ${error.message}`);
				return otherwise;
			});
		const { manifest } = reading;
		const hashes = options.lock?.files ?? (await hashPackage(root, { onProgress: options.onProgress, signal }));
		return {
			manifest,
			files: hashes.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
			inputSchema: await optional("schema.input", context.json(manifest.schema.input), undefined),
			outputSchema: await optional("schema.output", context.json(manifest.schema.output), undefined),
			features: await optional("features", featuresOf(context, manifest), null),
			dependencies: await optional("dependencies", dependenciesOf(context, manifest), null),
			metrics: await optional("evaluation", metricsOf(context, manifest), []),
			templates: await optional("chat templates", templatesOf(context), {}),
			problems,
		};
	} finally {
		await context.close();
	}
}

/** `columns`, or `features`, of the features file: names, or objects with a name. */
async function featuresOf(context: CheckContext, { features }: Manifest): Promise<string[] | null> {
	if (typeof features !== "string" || !features.endsWith(".json")) return null;
	const file = await context.json(features);
	const { columns, features: listed } = (Object(file) ?? {}) as { columns?: unknown; features?: unknown };
	const list = Array.isArray(file) ? file : (columns ?? listed);
	if (!Array.isArray(list)) return null;
	return list.flatMap((entry: unknown) => {
		const name = typeof entry === "string" ? entry : (entry as { name?: unknown } | null)?.name;
		return typeof name === "string" ? [name] : [];
	});
}

async function dependenciesOf(context: CheckContext, { dependencies }: Manifest): Promise<Record<string, string> | null> {
	if (typeof dependencies !== "string") return null;
	if (dependencies.endsWith(".json")) {
		const lock = readNpmLock(await context.json(dependencies));
		if (lock === undefined) return null;
		return Object.fromEntries(
			lock.entries.filter(({ key }) => key !== "").map(({ key, version = "" }) => [key.replace(/^node_modules\//, ""), version]),
		);
	}
	const lines = readRequirements(await context.text(dependencies));
	return Object.fromEntries(
		lines.flatMap((line) => (line.kind === "requirement" ? [[line.name, line.pinned ?? (line.specifier || "any")]] : [])),
	);
}

async function metricsOf(context: CheckContext, { evaluation }: Manifest): Promise<MetricFact[]> {
	if (typeof evaluation !== "string") return [];
	const { metrics } = (Object(await context.json(evaluation)) ?? {}) as { metrics?: unknown };
	if (!Array.isArray(metrics)) return [];
	return metrics.flatMap((entry: unknown): MetricFact[] => {
		const { name, value, slice } = (entry ?? {}) as Record<string, unknown>;
		if (typeof name !== "string" || typeof value !== "number" || !Number.isFinite(value)) return [];
		const where =
			slice === undefined || slice === null ? "" : ` where ${typeof slice === "string" ? slice : JSON.stringify(slice)}`;
		return [{ name: `${name}${where}`, metric: name, value }];
	});
}

async function templatesOf(context: CheckContext): Promise<Record<string, string>> {
	const found = [...(await findTemplates(context)).templates, ...(await ggufTemplates(context))];
	return Object.fromEntries(found.map(({ name, text }) => [name, text]));
}
