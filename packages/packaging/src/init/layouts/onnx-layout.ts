import { basename, join } from "node:path";
import { NO_ZIPMAP } from "../../checks/onnx/c06-schema-match.ts";
import { DEFAULT_ONNXRUNTIME } from "../../checks/onnx/onnxruntime-limits.ts";
import { printable } from "../../files/package-path.ts";
import { fileSource } from "../../files/read-at.ts";
import { type OnnxModel, openInputs } from "../../formats/onnx/onnx-model.ts";
import { readOnnx } from "../../formats/onnx/read-onnx.ts";
import { draftSchema } from "../draft-schema.ts";
import type { FolderView } from "../folder-view.ts";
import type { Layout } from "../layout.ts";

/** The one ONNX file of a folder, `model.onnx` before others. Throws what readOnnx throws. */
export async function onnxLayout(view: FolderView, named?: string): Promise<Layout | undefined> {
	const models = view.files.map(({ path }) => path).filter((path) => /\.onnx$/i.test(path));
	const entry = named ?? models.find((path) => basename(path) === "model.onnx") ?? models[0];
	if (entry === undefined) return undefined;
	const model = await readModel(view.root, entry);
	const others = models.filter((path) => path !== entry);
	const strange = (model.graph?.outputs ?? []).filter(({ kind }) => kind !== "tensor" && kind !== "none");
	return {
		what: "an ONNX file",
		kind: "onnx",
		entry,
		artifacts: [],
		versions: { onnxruntime: DEFAULT_ONNXRUNTIME },
		input: draftSchema("Input", openInputs(model)),
		output: draftSchema("Answer", model.graph?.outputs ?? []),
		notes: [
			...strange.map(({ name, kind }) => `no runtime here answers with the output ${printable(name)}, a ${kind}. ${NO_ZIPMAP}`),
			...(others.length === 0 ? [] : [`other ONNX files are there too: ${others.slice(0, 5).join(", ")}`]),
		],
	};
}

async function readModel(folder: string, entry: string): Promise<OnnxModel> {
	const source = await fileSource(join(folder, entry));
	try {
		return await readOnnx(source, entry);
	} finally {
		await source.close();
	}
}
