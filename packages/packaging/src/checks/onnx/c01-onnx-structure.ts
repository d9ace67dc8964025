import { readOnnx } from "../../formats/onnx/read-onnx.ts";
import { type Check, fail, findingOf, judge, pass, skipped } from "../check.ts";

/** A protobuf message cannot be larger; larger models keep their tensors in external data. */
const PROTOBUF_MAX_BYTES = 2 ** 31 - 1;

export const c01OnnxStructure: Check = {
	id: "C01",
	title: "ONNX files are whole",
	severity: "block",
	refuses: "An ONNX file that ends early, is damaged, has no ir_version, no graph, no node or no output, or exceeds 2 GiB.",
	why: "Copies that were cut off are the commonest damage, and loaders tell it as a protobuf error without a place, when traffic is there already.",
	async run(context) {
		const files = await context.filesOf("onnx");
		if (files.length === 0) return skipped("the package has no ONNX file");
		for (const file of files) {
			try {
				const model = await context.read(file, readOnnx);
				const size = (await context.open(file)).size;
				const again = "Export the model again, or copy the file again.";
				if (size > PROTOBUF_MAX_BYTES) {
					const message = `${file} has ${size.toLocaleString("en")} bytes, ONNX allows 2,147,483,647 in one file`;
					return fail("onnx.limit", message, "Export it with external data.", { file });
				}
				if (model.graph === null)
					return fail("onnx.malformed", `${file} has no graph: it is not an ONNX model, or its end is missing`, again, { file });
				if (model.irVersion === null)
					return fail("onnx.malformed", `${file} has no ir_version: it is not an ONNX model`, again, { file });
				if (model.graph.nodeCount === 0) return fail("onnx.malformed", `the graph of ${file} has no node`, again, { file });
				if (model.graph.outputs.length === 0)
					return fail("onnx.malformed", `the graph of ${file} has no output`, again, { file });
			} catch (error) {
				return judge([findingOf(error, file)], pass(""));
			}
		}
		return pass(files.join(", "));
	},
};
