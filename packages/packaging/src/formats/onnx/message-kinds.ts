import type { MessageKind } from "../wire-reader.ts";

function kind(name: string, fields: Record<number, string> = {}): MessageKind {
	return { name, fields };
}

/** The messages of onnx.proto that the reader enters, with the fields worth naming. */
export const MODEL = kind("model", {
	1: "ir_version",
	2: "producer name",
	7: "graph",
	8: "opset import",
	14: "metadata",
	20: "training info",
	25: "function",
});
export const OPSET = kind("opset import", { 1: "domain", 2: "version" });
export const GRAPH = kind("graph", {
	1: "node",
	2: "graph name",
	5: "initializer",
	11: "input",
	12: "output",
	15: "sparse initializer",
});
export const NODE = kind("node", { 4: "op_type", 5: "attribute", 7: "domain" });
export const ATTRIBUTE = kind("attribute", { 5: "tensor", 6: "subgraph", 10: "tensor", 11: "subgraph" });
export const TENSOR = kind("tensor", {
	1: "dims",
	2: "data_type",
	8: "tensor name",
	9: "tensor data",
	13: "external data entry",
});
export const SPARSE = kind("sparse tensor", { 1: "values", 2: "indices" });
export const ENTRY = kind("external data entry", { 1: "key", 2: "value" });
export const VALUE = kind("value info", { 1: "name", 2: "type" });
export const TYPE = kind("type", { 1: "tensor type" });
export const TENSOR_TYPE = kind("tensor type", { 1: "element type", 2: "shape" });
export const SHAPE = kind("shape", { 1: "dimension" });
export const DIMENSION = kind("dimension", { 1: "dimension value", 2: "dimension name" });
export const FUNCTION = kind("function", { 1: "function name", 7: "node", 10: "domain" });
export const TRAINING = kind("training info", { 1: "graph", 2: "graph" });
