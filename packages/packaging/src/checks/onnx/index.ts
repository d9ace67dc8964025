/** Whether ONNX files are whole, stay inside the package, and fit the runtime and the schemas. */
import type { Check } from "../check.ts";
import { c01OnnxStructure } from "./c01-onnx-structure.ts";
import { c02OnnxVersions } from "./c02-onnx-versions.ts";
import { c03OnnxOperators } from "./c03-onnx-operators.ts";
import { c04ExternalData } from "./c04-external-data.ts";
import { c05InlineTensors } from "./c05-inline-tensors.ts";
import { c06SchemaMatch } from "./c06-schema-match.ts";

export const ONNX_CHECKS: readonly Check[] = [
	c01OnnxStructure,
	c02OnnxVersions,
	c03OnnxOperators,
	c04ExternalData,
	c05InlineTensors,
	c06SchemaMatch,
];
