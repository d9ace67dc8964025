import { elemName } from "../../formats/onnx/elem-types.ts";
import { type OnnxModel, type OnnxValue, openInputs } from "../../formats/onnx/onnx-model.ts";

/** Something of a graph that keeps the runtime from answering. */
export interface Obstacle {
	/** What of the graph it is, and what the runtime does instead; a sentence without a full stop. */
	readonly what: string;
	/** The code of a package that removes it; null when no code can. */
	readonly code: "pre" | "post" | null;
}

/** TensorProto.DataType that the runtime makes of JSON, and reads, by itself. */
export const PLAIN_TYPES: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]);
/** And those that code may make and read: float16, uint4, int4. onnxruntime-node has no tensors of the others. */
export const CODED_TYPES: ReadonlySet<number> = new Set([10, 21, 22]);

/** Why the ONNX runtime cannot answer with this graph, from the types of what goes in and comes out; empty when it can. */
export function onnxObstacles(model: OnnxModel): Obstacle[] {
	const inputs = openInputs(model).flatMap((value) => valueObstacle(value, "input"));
	const outputs = (model.graph?.outputs ?? []).flatMap((value) => valueObstacle(value, "output"));
	return [...inputs, ...outputs];
}

function valueObstacle(value: OnnxValue, side: "input" | "output"): Obstacle[] {
	const name = `the ${side} '${value.name.slice(0, 80)}'`;
	const code = side === "input" ? "pre" : "post";
	if (value.kind === "none") return [];
	if (value.kind !== "tensor") {
		return [
			{ what: `${name} is a ${value.kind}, and the runtime ${code === "pre" ? "feeds" : "gives"} tensors only`, code: null },
		];
	}
	if (!PLAIN_TYPES.has(value.elemType)) {
		const what = `${name} is ${elemName(value.elemType)}, of which the runtime has no tensors`;
		if (!CODED_TYPES.has(value.elemType)) return [{ what, code: null }];
		return [{ what: `${name} is ${elemName(value.elemType)}, which does not pass through JSON by itself`, code }];
	}
	const first = value.dims?.[0];
	if (value.dims !== null && value.dims.length === 0) {
		return [{ what: `${name} is one single number for all rows, and the runtime works row by row`, code }];
	}
	if (typeof first === "number" && first >= 0 && first !== 1) {
		return [{ what: `${name} has exactly ${first} rows, and the runtime works with any number of rows`, code }];
	}
	return [];
}
