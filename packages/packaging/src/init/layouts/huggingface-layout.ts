import { printable } from "../../files/package-path.ts";
import type { FolderView } from "../folder-view.ts";
import type { Layout } from "../layout.ts";
import { loaderOrGap, NO_SCHEMA, weightFiles } from "./weights-layout.ts";

/** A folder as Hugging Face's libraries save it: a configuration that names an architecture, and weights beside it. */
export async function huggingFaceLayout(view: FolderView): Promise<Layout | undefined> {
	const config = await view.json("config.json");
	if (config === undefined || (config["model_type"] === undefined && config["architectures"] === undefined)) return undefined;
	const safe = weightFiles(view, "safetensors");
	const artifacts = safe.length > 0 ? safe : weightFiles(view, "torch", "gguf");
	if (artifacts.length === 0) return undefined;
	const transformers = config["transformers_version"];
	const type = typeof config["model_type"] === "string" ? ` (${printable(config["model_type"].slice(0, 60))})` : "";
	const hasTokenizer = view.pick(/^tokenizer\.(json|model)$/, /^vocab\.(json|txt)$/) !== undefined;
	return {
		what: `a Hugging Face model${type}`,
		kind: "python",
		entry: loaderOrGap(view),
		artifacts,
		libraries: ["transformers", "torch"],
		claims:
			typeof transformers === "string"
				? [{ name: "transformers", version: printable(transformers.slice(0, 40)), file: "config.json" }]
				: [],
		notes: [
			NO_SCHEMA,
			...(config["auto_map"] === undefined
				? []
				: ["config.json has an auto_map: it asks for the repository's own code, which check F01 refuses"]),
			...(hasTokenizer ? [] : ["there is no tokenizer beside the weights"]),
		],
	};
}
