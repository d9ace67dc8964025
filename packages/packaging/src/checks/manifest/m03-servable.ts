import { HeadgateError, type Manifest } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { FileFormat } from "../../formats/detect-format.ts";
import type { OnnxModel } from "../../formats/onnx/onnx-model.ts";
import { readOnnx } from "../../formats/onnx/read-onnx.ts";
import { type Check, type CheckOutcome, fail, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { type Obstacle, onnxObstacles } from "./onnx-obstacles.ts";

/** Runtime kinds that this release has. */
const HERE = "onnx";

/** What would serve a file that the runtime here does not load. */
const ELSEWHERE: Readonly<Record<Exclude<FileFormat, "onnx">, string>> = {
	"onnx-external-data": "it is loaded with the ONNX file that names it, never by itself",
	safetensors: "it holds tensors and no graph: a python or http runtime would serve it",
	gguf: "llama.cpp or another http runtime would serve it",
	pickle: "a python runtime would load it",
	joblib: "a python runtime would load it",
	torch: "a python runtime with torch would load it",
	keras: "a python runtime with keras would load it",
	hdf5: "a python runtime would load it",
	numpy: "it holds arrays and no model: code of a package may read it",
	npz: "it holds arrays and no model: code of a package may read it",
};

export const m03Servable: Check = {
	id: "M03",
	title: "A runtime here can serve it",
	severity: "info",
	refuses:
		"Nothing: it says which runtime serves the package or the weight file, and of what is valid but cannot be served by this release, why. In a package that is a warning: it can be pushed and kept, and a deploy of it is refused.",
	why: "A model server that loads nothing and still counts as ready takes traffic and answers none of it (KServe#1791). What cannot be served is said before anybody waits for it.",
	rules: "1",
	run: (context) => (context.input.withManifest ? ofPackage(context) : ofFiles(context)),
};

async function ofPackage(context: CheckContext): Promise<CheckOutcome> {
	const manifest = await context.manifest();
	if (manifest === undefined) return skipped("the manifest could not be read (M01)");
	const { kind, entry } = manifest.runtime;
	if (kind !== HERE) {
		const message = `runtime.kind is ${kind}, which this release cannot serve yet: it can be pushed, a deploy of it is refused`;
		return unservable(kind, message, "Keep it as it is, or export the model to ONNX to serve it now.", "model.yaml");
	}
	if (entry === undefined || !context.has(entry)) return skipped(`${entry ?? "the entry"} is not in the package (A05)`);
	const model = await context.read(entry, readOnnx).catch(refusedToUndefined);
	if (model === undefined) return skipped(`${printable(entry)} could not be read (C01)`);
	const open = onnxObstacles(model).filter(({ code }) => code === null || !hasCode(manifest, code));
	if (open.length === 0) return servable(`the onnx runtime serves ${printable(entry)}`);
	return unservable("onnx", `${printable(entry)}: ${open.map(({ what }) => printable(what)).join("; ")}`, hintOf(open), entry);
}

/** Of one file, or of the first of several that is known to be a model or data. */
async function ofFiles(context: CheckContext): Promise<CheckOutcome> {
	for (const { path } of context.input.files) {
		const outcome = await ofFile(context, path);
		if (outcome !== undefined) return outcome;
	}
	return skipped("it is no model that is known here by its first bytes or its name");
}

async function ofFile(context: CheckContext, path: string): Promise<CheckOutcome | undefined> {
	const format = (await context.contentFormat(path).catch(refusedToUndefined)) ?? (await context.claimedFormat(path));
	const mayBeOnnx = format === undefined || format === "onnx";
	const model = mayBeOnnx ? await context.read(path, readOnnx).catch(refusedToUndefined) : undefined;
	if (model !== undefined && model.graph !== null) return ofGraph(model);
	if (format === "onnx") return skipped("the graph could not be read (C01)");
	if (format === undefined) return undefined;
	const message = `${format}: not servable by this release; ${ELSEWHERE[format]}`;
	return unservable("none", message, "Export the model to ONNX to serve it now.");
}

function ofGraph(model: OnnxModel): CheckOutcome {
	const obstacles = onnxObstacles(model);
	const what = obstacles.map((obstacle) => printable(obstacle.what)).join("; ");
	if (obstacles.some(({ code }) => code === null)) {
		return unservable("onnx", `a valid graph, but not servable: ${what}`, hintOf(obstacles));
	}
	return servable(
		obstacles.length === 0
			? "the onnx runtime serves it"
			: `the onnx runtime serves it in a package with ${codeOf(obstacles)}: ${what}`,
	);
}

function servable(message: string): CheckOutcome {
	return pass(message, { servable: true, runtime: HERE });
}

/** In a package a warning; of a file alone a remark. */
function unservable(runtime: string, message: string, hint: string, file?: string): CheckOutcome {
	const place = file === undefined ? {} : ({ file, severity: "warn" } as const);
	return fail("package.not-servable", message, hint, { ...place, detail: { servable: false, runtime } });
}

function hintOf(obstacles: readonly Obstacle[]): string {
	if (obstacles.some(({ code }) => code === null)) {
		return "Export it with tensors only, of the types in docs/reference/checks.md; scikit-learn: options={'zipmap': False}.";
	}
	return `Export it with a free first size for the rows, or write ${codeOf(obstacles)} (docs/guide/packages.md).`;
}

function codeOf(obstacles: readonly Obstacle[]): string {
	return [...new Set(obstacles.map(({ code }) => `code.${code}`))].join(" and ");
}

function hasCode(manifest: Manifest, side: "pre" | "post"): boolean {
	return typeof manifest.code?.[side] === "string";
}

/** What cannot be read is the finding of the checks of its format. */
function refusedToUndefined(error: unknown): undefined {
	if (error instanceof HeadgateError && error.row.exit !== 3) return undefined;
	throw error;
}
