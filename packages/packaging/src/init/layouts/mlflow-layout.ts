import { HeadgateError } from "@headgate/protocol";
import { formatByName } from "../../formats/detect-format.ts";
import { type MlModel, readMlModel } from "../../imports/mlflow/read-mlmodel.ts";
import { signatureSchema } from "../../imports/mlflow/signature-schema.ts";
import { sklearnLoader } from "../../imports/mlflow/sklearn-loader.ts";
import type { FolderView } from "../folder-view.ts";
import { type DraftArtifact, Gap, type Layout } from "../layout.ts";
import type { VersionClaim } from "../version-claims.ts";
import { onnxLayout } from "./onnx-layout.ts";
import { existingLoader, NO_LOADER } from "./weights-layout.ts";

export const MLMODEL = "MLmodel";

/** A folder that MLflow's `save_model` or `log_model` wrote. Throws HeadgateError `import.mlmodel`, `onnx.*`. */
export async function mlflowLayout(view: FolderView): Promise<Layout | undefined> {
	if (!view.has(MLMODEL)) return undefined;
	const model = readMlModel((await view.text(MLMODEL)) ?? "");
	const annotations = {
		...word("mlflow_run", model.runId),
		...word("mlflow_version", model.mlflowVersion),
		...word("created_at", model.createdAt),
	};
	const own = { annotations, claims: claimsOf(model), notes: notesOf(model, view) };
	const what = `an MLflow model (${model.flavors.join(", ") || "python_function"})`;
	const schemas = schemasOf(model);
	if (model.flavors.includes("onnx")) {
		const onnx = await onnxLayout(view, onnxFile(model, view));
		// The names and types of the graph are what the runtime asks for, so they come before the signature's.
		if (onnx !== undefined) return { ...onnx, ...own, what };
	}
	const common = { what, kind: "python" as const, libraries: [...model.libraries.keys()], ...schemas, ...own };
	const loader = existingLoader(view);
	const artifacts = artifactsOf(model, view);
	const [first] = artifacts;
	const isLoadable = model.flavors.includes("sklearn") && first !== undefined;
	if (!isLoadable || loader !== undefined) return { ...common, entry: loader ?? new Gap(NO_LOADER), artifacts };
	const text = sklearnLoader({
		file: first.path,
		reader: first.format === "joblib" || first.format === "skops" ? first.format : "pickle",
		trusted: model.trustedTypes,
		method: model.method,
		code: model.code,
		inputs: model.signature?.inputs,
		outputs: model.signature?.outputs,
	});
	const notes = [...common.notes, "code/load.py does not need mlflow: without it in requirements.txt the lock is a lot smaller"];
	return { ...common, notes, entry: "code/load.py", artifacts, drafts: [{ path: "code/load.py", text }] };
}

function schemasOf({ signature }: MlModel): Pick<Layout, "input" | "output"> {
	if (signature === undefined) return {};
	const output = signature.outputs === undefined ? {} : { output: signatureSchema("Answer", signature.outputs, "prediction") };
	return { input: signatureSchema("Input", signature.inputs, "input"), ...output };
}

function claimsOf(model: MlModel): VersionClaim[] {
	const claims = [...model.libraries].map(([name, version]) => ({ name, version, file: MLMODEL }));
	const mlflow = model.mlflowVersion === undefined ? [] : [{ name: "mlflow", version: model.mlflowVersion, file: MLMODEL }];
	return model.pythonVersion === undefined
		? [...claims, ...mlflow]
		: [...claims, ...mlflow, { name: "python", version: model.pythonVersion, file: MLMODEL }];
}

function notesOf(model: MlModel, view: FolderView): string[] {
	const notes: string[] = [];
	if (model.signature === undefined)
		notes.push("MLmodel has no signature: write the two schemas (MLflow drops it for nullable integer columns)");
	else if (model.signature.outputs === undefined) notes.push("the signature says nothing of the answers");
	if (model.signature?.hasParams === true)
		notes.push("the signature's params are left out: a package has no inference parameters");
	if (model.data !== undefined && !isThere(view, model.data))
		notes.push(`MLmodel names ${model.data}, which is not in the folder`);
	return notes;
}

/** The named file, or every weight file in the named folder. */
function artifactsOf(model: MlModel, view: FolderView): DraftArtifact[] {
	const data = model.data?.replace(/\/$/, "");
	if (data === undefined) return [];
	return view.files.flatMap(({ path }) => {
		if (path !== data && !path.startsWith(`${data}/`)) return [];
		const format = /\.skops$/i.test(path) ? "skops" : formatByName(path);
		return format === undefined ? [] : [{ path, format, runsCode: ["pickle", "joblib", "torch", "keras"].includes(format) }];
	});
}

function onnxFile(model: MlModel, view: FolderView): string | undefined {
	if (model.data === undefined || view.has(model.data)) return model.data;
	const inside = view.files.find(({ path }) => path.startsWith(`${model.data}/`) && /\.onnx$/i.test(path))?.path;
	if (inside !== undefined) return inside;
	throw new HeadgateError("import.absent-file", `MLmodel names ${model.data}, which is not in the folder`, { path: model.data });
}

export function isThere(view: FolderView, path: string): boolean {
	const bare = path.replace(/\/$/, "");
	return view.files.some((file) => file.path === bare || file.path.startsWith(`${bare}/`));
}

function word(key: string, value: string | undefined): Record<string, string> {
	return value === undefined ? {} : { [key]: value.slice(0, 200) };
}
