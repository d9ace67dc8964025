import { copyFile, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import { type FolderView, viewFolder } from "../../init/folder-view.ts";
import { isThere, MLMODEL, mlflowLayout } from "../../init/layouts/mlflow-layout.ts";
import { disagreements } from "../../init/version-claims.ts";
import { wantedDependencies } from "../../init/wanted-dependencies.ts";
import { copyFiles } from "../copy-files.ts";
import type { ImportedFiles, ImportOptions } from "../import-model.ts";
import { type MlModel, readMlModel } from "./read-mlmodel.ts";

const MAX_SCHEMA_BYTES = 4 * 1024 * 1024;

/** Copies an MLflow model's folder. Throws HeadgateError `import.*`, `package.*`. */
export async function importMlflow(source: string, folder: string, options: ImportOptions): Promise<ImportedFiles> {
	const view = await viewFolder(source);
	const text = view.has(MLMODEL) ? await view.text(MLMODEL) : undefined;
	if (text === undefined) {
		const hint = "Name the folder that mlflow.<flavor>.save_model wrote: it has a file MLmodel.";
		throw new HeadgateError("import.source", `there is no MLmodel in ${printable(source)}`, { path: source, hint });
	}
	const model = readMlModel(text);
	await refuseIncomplete(model, view, options);
	const files = view.files.map(({ path, size }) => ({ path, from: join(view.root, path), size }));
	await copyFiles(files, folder, options);
	for (const [given, path] of [
		[options.inputSchema, "input.schema.json"],
		[options.outputSchema, "output.schema.json"],
	] as const) {
		if (given !== undefined) await takeSchema(given, join(folder, path));
	}
	return { notes: [], annotations: {} };
}

/** A signature that is absent and a file that is: said together with what else is wrong, so that one look suffices. */
async function refuseIncomplete(model: MlModel, view: FolderView, options: ImportOptions): Promise<void> {
	const absent = model.data !== undefined && !isThere(view, model.data) ? model.data : undefined;
	const noSignature = model.signature === undefined && options.inputSchema === undefined && !model.flavors.includes("onnx");
	if (!noSignature && absent === undefined) return;
	const layout = model.flavors.includes("onnx") ? undefined : await mlflowLayout(view);
	const claims = [...(layout?.claims ?? []), ...(await wantedDependencies(view)).claims];
	const besides = [
		...(absent === undefined ? [] : [`MLmodel names ${printable(absent)}, which is not in the folder`]),
		...disagreements(claims).map((words) => `the files do not agree: ${words}`),
	];
	if (noSignature) {
		const message = ["MLmodel has no signature", ...besides].join("; ");
		const hint =
			"Give --input-schema FILE (JSON Schema 2020-12 of one instance), or log the model again with infer_signature; integer columns with missing values make MLflow drop it, so make them double first.";
		throw new HeadgateError("import.signature", message, { path: MLMODEL, hint });
	}
	throw new HeadgateError("import.absent-file", besides.join("; "), { path: absent! });
}

async function takeSchema(given: string, target: string): Promise<void> {
	try {
		if ((await stat(given)).size > MAX_SCHEMA_BYTES) throw new Error("it is larger than 4 MiB");
		JSON.parse(await readFile(given, "utf8"));
		await copyFile(given, target);
	} catch (cause) {
		const message = `${printable(given)} is not a JSON Schema that can be read: ${printable((cause as Error).message)}`;
		throw new HeadgateError("import.source", message, { path: given, cause });
	}
}
