import { type Check, fail, pass, skipped } from "../check.ts";
import { DEFAULT_ONNXRUNTIME, ONNXRUNTIME_LIMITS } from "./onnxruntime-limits.ts";

export const c02OnnxVersions: Check = {
	id: "C02",
	title: "The runtime knows this ONNX version",
	severity: "block",
	refuses:
		"An IR version or ai.onnx opset that the named onnxruntime does not load, and an onnxruntime whose limits are not known.",
	why: "A newer exporter writes what an older runtime does not load (onnxruntime#8796: 'Unsupported model IR version'); there is no API to ask beforehand (onnxruntime#14932).",
	async run(context) {
		const models = await context.readableOnnx();
		if (models.length === 0) return skipped("there is no readable ONNX file");
		const manifest = await context.manifest();
		if (manifest !== undefined && manifest.runtime.kind !== "onnx") return skipped(`the runtime is ${manifest.runtime.kind}`);
		const release = manifest === undefined ? DEFAULT_ONNXRUNTIME : manifest.runtime.versions["onnxruntime"];
		const known = Object.keys(ONNXRUNTIME_LIMITS).join(", ");
		const name = { file: "model.yaml" };
		if (release === undefined)
			return fail("onnx.version", "runtime.versions names no onnxruntime", `Add onnxruntime: "${DEFAULT_ONNXRUNTIME}".`, name);
		const limits = ONNXRUNTIME_LIMITS[release];
		if (limits === undefined)
			return fail("onnx.version", `the limits of onnxruntime ${release} are not known`, `Known releases: ${known}.`, name);
		for (const { path: file, model } of models) {
			const ir = model.irVersion ?? 0;
			const [irMin, irMax] = limits.irVersion;
			if (ir < irMin || ir > irMax) {
				const sign = ir > irMax ? `> ${irMax}` : `< ${irMin}`;
				const message = `${file}: IR ${ir} ${sign} supported by onnxruntime ${release}`;
				return fail("onnx.version", message, `Export again with ir_version ${irMin} to ${irMax}, or use another onnxruntime.`, {
					file,
				});
			}
			const opset = model.opsets.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version;
			const [min, max] = limits.opset;
			if (opset === undefined && !usesOnly(model.operators, "ai.onnx.ml")) {
				return fail("onnx.version", `${file} imports no ai.onnx opset`, "Export the model again.", { file });
			}
			if (opset !== undefined && (opset < min || opset > max)) {
				const sign = opset > max ? `> ${max}` : `< ${min}`;
				const message = `${file}: opset ${opset} ${sign} supported by onnxruntime ${release}`;
				return fail("onnx.version", message, `Export again with opset ${min} to ${max}, or use another onnxruntime.`, { file });
			}
		}
		const shown = models.map(({ model }) => `IR ${model.irVersion}, opset ${model.opsets[0]?.version ?? "none"}`);
		return pass(`${shown.join("; ")} on onnxruntime ${release}`);
	},
};

function usesOnly(operators: readonly { readonly domain: string }[], domain: string): boolean {
	return operators.every((operator) => operator.domain === domain);
}
