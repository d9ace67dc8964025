import { type FileFormat, formatByName } from "../../formats/detect-format.ts";
import { sklearnLoader } from "../../imports/mlflow/sklearn-loader.ts";
import type { FolderView } from "../folder-view.ts";
import { type DraftArtifact, Gap, type Known, type Layout } from "../layout.ts";

const RUN_CODE: ReadonlySet<FileFormat> = new Set(["pickle", "joblib", "torch", "keras"]);
const WORDS: Partial<Record<FileFormat, string>> = {
	safetensors: "safetensors weights without code that runs them",
	gguf: "a GGUF file without code that runs it",
	torch: "a PyTorch file",
	keras: "a Keras file",
	hdf5: "an HDF5 file",
};
export const NO_LOADER = "code/load.py, with load(path) and predict(inputs)";

/** A scikit-learn model as joblib or pickle writes it. */
export function pickleLayout(view: FolderView): Layout | undefined {
	const artifacts = weightFiles(view, "joblib", "pickle");
	const [first] = artifacts;
	if (first === undefined) return undefined;
	const loader = existingLoader(view);
	const reader = first.format === "joblib" ? "joblib" : "pickle";
	const draft = sklearnLoader({ file: first.path, reader, inputs: undefined, outputs: undefined });
	return {
		what: `a ${first.format} file, taken for a model of scikit-learn`,
		kind: "python",
		entry: loader ?? "code/load.py",
		artifacts,
		libraries: ["scikit-learn"],
		drafts: loader === undefined ? [{ path: "code/load.py", text: draft }] : [],
		notes: [NO_SCHEMA],
	};
}

/** Weights that say nothing of how they are run. */
export function weightsLayout(view: FolderView): Layout | undefined {
	for (const format of ["safetensors", "gguf", "torch", "keras", "hdf5"] as const) {
		const artifacts = weightFiles(view, format);
		if (artifacts.length === 0) continue;
		return { what: WORDS[format]!, kind: "python", entry: loaderOrGap(view), artifacts, notes: [NO_SCHEMA] };
	}
	return undefined;
}

export const NO_SCHEMA = "the files do not say what goes in and what comes out: write the two schemas";

export function weightFiles(view: FolderView, ...formats: readonly FileFormat[]): DraftArtifact[] {
	return view.files.flatMap(({ path }) => {
		const format = formatByName(path);
		return format !== undefined && formats.includes(format) ? [{ path, format, runsCode: RUN_CODE.has(format) }] : [];
	});
}

/** Files that run code when they are loaded, besides those that are known already: each needs somebody's trust. */
export function strayPickles(view: FolderView, known: readonly DraftArtifact[]): DraftArtifact[] {
	return weightFiles(view, ...RUN_CODE).filter(({ path }) => !known.some((artifact) => artifact.path === path));
}

export function existingLoader(view: FolderView): string | undefined {
	return view.pick(/^code\/load\.py$/, /^load\.py$/);
}

export function loaderOrGap(view: FolderView): Known {
	return existingLoader(view) ?? new Gap(NO_LOADER);
}
