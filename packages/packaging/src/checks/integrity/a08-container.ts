import { FORBIDDEN_CONTAINERS, sniffContainer } from "../../formats/sniff.ts";
import { type Check, fail, pass, skipped } from "../check.ts";

export const a08Container: Check = {
	id: "A08",
	title: "Weights are of the kind their name says",
	severity: "block",
	refuses:
		"Weights that are, by their first bytes, a 7-Zip or RAR archive or an executable; and an ONNX file that is another container.",
	async run(context) {
		const weights = await context.weights();
		if (weights.length === 0) return skipped("the package has no weight file");
		const onnx = new Set(await context.filesOf("onnx"));
		const found: Record<string, string> = {};
		for (const path of weights) {
			const container = await sniffContainer(await context.open(path));
			if (container === undefined) continue;
			found[path] = container;
			if (FORBIDDEN_CONTAINERS.has(container)) {
				const article = /^[AEIOU]/.test(container) ? "an" : "a";
				const kind = container.endsWith("executable") ? container : `${container} archive`;
				return fail(
					"weights.container",
					`${path} is ${article} ${kind}, which never holds weights`,
					"Unpack it and push the weight file itself.",
					{
						file: path,
					},
				);
			}
			if (onnx.has(path))
				return fail("weights.container", `${path} is ${container} by its first bytes, not ONNX`, "Export the model as ONNX.", {
					file: path,
				});
		}
		return pass(`${weights.length} weight file${weights.length === 1 ? "" : "s"}`, { containers: found });
	},
};
