import { writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { DEFAULT_ONNXRUNTIME } from "../checks/onnx/onnxruntime-limits.ts";
import { fileSource } from "../files/read-at.ts";
import { walkPackage } from "../files/walk-package.ts";
import { type OnnxModel, openInputs } from "../formats/onnx/onnx-model.ts";
import { readOnnx } from "../formats/onnx/read-onnx.ts";
import { MANIFEST_FILE } from "../lock/package-lock.ts";
import { draftManifest } from "./draft-manifest.ts";
import { draftSchema } from "./draft-schema.ts";

export interface InitReport {
	/** Files that were written, relative to the folder. */
	readonly written: readonly string[];
	/** Gaps that a person fills in, in the words of the manifest's comments. */
	readonly gaps: readonly string[];
}

/**
 * Writes a first model.yaml from what a folder holds, and draft schemas when it has none. Never overwrites a file.
 * Throws HeadgateError `init.exists`, `init.nothing`, `package.*`, or what readOnnx throws.
 */
export async function initFolder(folder: string): Promise<InitReport> {
	const files = (await walkPackage(folder)).map((file) => file.path);
	if (files.includes(MANIFEST_FILE)) {
		throw new HeadgateError("init.exists", `${join(folder, MANIFEST_FILE)} exists and is left as it is`, { path: MANIFEST_FILE });
	}
	const models = files.filter((file) => /\.onnx$/i.test(file));
	const entry = models.find((file) => basename(file) === "model.onnx") ?? models[0];
	if (entry === undefined) {
		throw new HeadgateError("init.nothing", `there is no .onnx file in ${folder}`, { path: folder });
	}
	const pick = (...patterns: RegExp[]): string | undefined =>
		patterns.map((pattern) => files.find((file) => pattern.test(file))).find((file) => file !== undefined);
	const model = await readModel(folder, entry);
	const written: string[] = [];
	const draft = async (path: string, text: string): Promise<string> => {
		await writeFile(join(folder, path), text, { flag: "wx" });
		written.push(path);
		return path;
	};
	const input =
		pick(/(^|\/)input(\.schema)?\.json$/) ?? (await draft("input.schema.json", draftSchema("Input", openInputs(model))));
	const output =
		pick(/(^|\/)output(\.schema)?\.json$/) ??
		(await draft("output.schema.json", draftSchema("Answer", model.graph?.outputs ?? [])));
	const tokenizer = pick(/(^|\/)tokenizer\.json$/);
	const text = draftManifest({
		name: nameOf(folder),
		entry,
		pre: pick(/(^|\/)pre\.m?js$/),
		post: pick(/(^|\/)post\.m?js$/),
		input,
		output,
		examples: pick(/(^|\/)examples\.jsonl$/),
		features: tokenizer === undefined ? pick(/(^|\/)features\.(json|ya?ml)$/) : undefined,
		tokenizer,
		dependencies: pick(/(^|\/)requirements\.lock$/, /(^|\/)package-lock\.json$/),
		evaluation: pick(/(^|\/)(evaluation|eval)\.json$/),
		notes: pick(/(^|\/)CHANGES\.md$/, /(^|\/)CHANGELOG\.md$/),
		onnxruntime: DEFAULT_ONNXRUNTIME,
	});
	await draft(MANIFEST_FILE, text);
	return { written, gaps: [...text.matchAll(/^\s*(\w+):\s+# fill in: (.*)$/gm)].map((match) => `${match[1]}: ${match[2]}`) };
}

async function readModel(folder: string, entry: string): Promise<OnnxModel> {
	const source = await fileSource(join(folder, entry));
	try {
		return await readOnnx(source, entry);
	} finally {
		await source.close();
	}
}

/** The folder's name in the alphabet of model names, without a trailing version. */
function nameOf(folder: string): string {
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
