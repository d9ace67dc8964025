import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { MANIFEST_FILE } from "../lock/package-lock.ts";
import { type DraftDependencies, draftDependencies, REQUIREMENTS_LOCK } from "./draft-dependencies.ts";
import { draftManifest, gapsOf } from "./draft-manifest.ts";
import { estimateResources } from "./estimate-resources.ts";
import { type FolderView, viewFolder } from "./folder-view.ts";
import { Gap, type Known, type Layout } from "./layout.ts";
import { huggingFaceLayout } from "./layouts/huggingface-layout.ts";
import { mlflowLayout } from "./layouts/mlflow-layout.ts";
import { onnxLayout } from "./layouts/onnx-layout.ts";
import { pickleLayout, strayPickles, weightsLayout } from "./layouts/weights-layout.ts";
import { modelFacts } from "./model-facts.ts";
import { claimedVersion, disagreements, type VersionClaim } from "./version-claims.ts";
import { wantedDependencies } from "./wanted-dependencies.ts";

export interface InitReport {
	/** What the folder was taken for: `an ONNX file`, `an MLflow model (sklearn)`. */
	readonly what: string;
	/** Files that were written, relative to the folder. */
	readonly written: readonly string[];
	/** Gaps that a person fills in, in the words of the manifest's comments. */
	readonly gaps: readonly string[];
	/** What else was found. */
	readonly notes: readonly string[];
	/** The exact version of the python that dependencies were resolved with; null when none were. */
	readonly python: string | null;
}

export interface InitOptions {
	/** Whether requirements are resolved by pip, which asks the network; default true. */
	readonly resolve?: boolean;
	/** The interpreter's command for that; else it is looked for. */
	readonly python?: string | undefined;
	/** What goes on, once a second while pip runs. */
	readonly onProgress?: ((text: string) => void) | undefined;
	readonly signal?: AbortSignal | undefined;
	/** The model's name; default the folder's. */
	readonly name?: string;
	/** Added to what the folder tells. */
	readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Writes a first model.yaml from what a folder holds, and drafts of what it lacks: schemas, code, a lock of its requirements. Never
 * overwrites a file. Throws HeadgateError `init.exists`, `init.nothing`, `import.mlmodel`, `package.*`, or what readOnnx throws.
 */
export async function initFolder(folder: string, options: InitOptions = {}): Promise<InitReport> {
	const view = await viewFolder(folder);
	if (view.has(MANIFEST_FILE)) {
		throw new HeadgateError("init.exists", `${join(folder, MANIFEST_FILE)} exists and is left as it is`, { path: MANIFEST_FILE });
	}
	const found = await recognise(view);
	const stray = strayPickles(view, found.artifacts);
	const layout = found.kind === "python" ? { ...found, artifacts: [...found.artifacts, ...stray] } : found;
	const written: string[] = [];
	const draft = async (path: string, text: string): Promise<string> => {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), text, { flag: "wx" });
		written.push(path);
		return path;
	};
	const wanted = await wantedDependencies(view);
	const claims = [...(layout.claims ?? []), ...wanted.claims].filter(({ version }) => /^[\w.+!-]{1,60}$/.test(version));
	const lock = view.pick(/(^|\/)requirements\.lock$/, /(^|\/)package-lock\.json$/);
	const python = await dependenciesOf(lock, () =>
		draftDependencies(wanted, claims, { ...options, resolve: options.resolve !== false }),
	);
	const input = await schemaOf(view, /(^|\/)input(\.schema)?\.json$/, layout.input, (text) => draft("input.schema.json", text));
	const output = await schemaOf(view, /(^|\/)output(\.schema)?\.json$/, layout.output, (text) =>
		draft("output.schema.json", text),
	);
	for (const { path, text } of layout.drafts ?? []) await draft(path, text);
	if (python.text !== undefined) await draft(REQUIREMENTS_LOCK, python.text);
	const { license, annotations } = await modelFacts(view);
	const tokenizer = view.pick(/(^|\/)tokenizer\.json$/, /(^|\/)tokenizer\.model$/);
	const text = draftManifest({
		name: options.name ?? packageName(folder),
		license,
		kind: layout.kind,
		entry: layout.entry,
		versions: versionsOf(layout, claims, python),
		artifacts: layout.artifacts,
		pre: view.pick(/(^|\/)pre\.m?js$/),
		post: view.pick(/(^|\/)post\.m?js$/),
		input,
		output,
		examples: view.pick(/(^|\/)examples\.jsonl$/),
		features: tokenizer === undefined ? view.pick(/(^|\/)features\.(json|ya?ml)$/) : undefined,
		tokenizer,
		dependencies: python.dependencies,
		evaluation: view.pick(/(^|\/)(evaluation|eval)\.json$/),
		notes: view.pick(/(^|\/)CHANGES\.md$/, /(^|\/)CHANGELOG\.md$/),
		resources: resourcesOf(view, layout, python),
		annotations: { ...annotations, ...layout.annotations, ...options.annotations },
	});
	await draft(MANIFEST_FILE, text);
	const differing = disagreements(claims).map((words) => `the files do not agree: ${words}`);
	const pickles =
		layout.kind === "python" || stray.length === 0
			? []
			: [`a package of kind onnx holds no pickles, remove: ${stray.map(({ path }) => path).join(", ")}`];
	const notes = [...(layout.notes ?? []), ...pickles, ...differing, ...python.notes];
	return { what: layout.what, written, gaps: gapsOf(text), notes, python: python.python ?? null };
}

/** What tools leave the most of comes first: an MLmodel says more than the ONNX file beside it. */
async function recognise(view: FolderView): Promise<Layout> {
	const layout =
		(await mlflowLayout(view)) ??
		(await onnxLayout(view)) ??
		(await huggingFaceLayout(view)) ??
		pickleLayout(view) ??
		weightsLayout(view);
	if (layout !== undefined) return layout;
	const seen = view.files.slice(0, 3).map(({ path }) => path);
	const message = `there is no model in ${view.root}${seen.length === 0 ? ": it is empty" : `, only ${seen.join(", ")}${view.files.length > 3 ? ", ..." : ""}`}`;
	throw new HeadgateError("init.nothing", message, { path: view.root });
}

async function dependenciesOf(lock: string | undefined, resolved: () => Promise<DraftDependencies>): Promise<DraftDependencies> {
	return lock === undefined ? resolved() : { dependencies: lock, versions: new Map(), condaOnly: [], notes: [] };
}

async function schemaOf(
	view: FolderView,
	pattern: RegExp,
	text: string | undefined,
	draft: (text: string) => Promise<string>,
): Promise<string | undefined> {
	return view.pick(pattern) ?? (text === undefined ? undefined : draft(text));
}

/** python first; a library where a file or the lock names its version, or where the model cannot do without it. */
function versionsOf(
	layout: Layout,
	claims: readonly VersionClaim[],
	{ versions, condaOnly }: DraftDependencies,
): Map<string, Known> {
	const found = new Map<string, Known>(Object.entries(layout.versions ?? {}));
	if (layout.kind === "onnx") return found;
	for (const name of ["python", ...(layout.libraries ?? [])]) {
		const claimed = claimedVersion(name, claims);
		found.set(
			name,
			claimed instanceof Gap && !claims.some((claim) => claim.name === name) ? (versions.get(name) ?? claimed) : claimed,
		);
	}
	for (const name of condaOnly) {
		found.set(name, new Gap("conda only, PyPI has none: its exact version on the host, or remove the line"));
	}
	return found;
}

function resourcesOf(view: FolderView, layout: Layout, { versions }: DraftDependencies) {
	const weights = [
		...layout.artifacts.map(({ path }) => path),
		...(layout.kind === "onnx" && typeof layout.entry === "string" ? [layout.entry] : []),
	];
	return estimateResources({
		kind: layout.kind,
		weightBytes: view.bytesOf(weights),
		totalBytes: view.bytesOf(view.files.map(({ path }) => path)),
		isPickled: layout.artifacts.some(({ runsCode }) => runsCode),
		hasTorch: versions.has("torch") || layout.libraries?.includes("torch") === true,
	});
}

/** A folder's name in the alphabet of model names, without a trailing version. */
export function packageName(folder: string): string {
	const words = basename(resolve(folder))
		.toLowerCase()
		.replace(/[-_@]?v?\d+(\.\d+)+$/, "");
	const name = words
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-+|-+$/g, "")
		.slice(0, 63)
		.replace(/-+$/, "");
	return name === "" ? "model" : name;
}
