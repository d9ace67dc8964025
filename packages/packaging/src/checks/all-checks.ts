import { a01Claim } from "./a01-claim.ts";
import { a02LfsPointer } from "./a02-lfs-pointer.ts";
import { a03ErrorPage } from "./a03-error-page.ts";
import { a04Integrity } from "./a04-integrity.ts";
import { a05Files } from "./a05-files.ts";
import { a08Container } from "./a08-container.ts";
import { c01OnnxStructure } from "./c01-onnx-structure.ts";
import { c02OnnxVersions } from "./c02-onnx-versions.ts";
import { c03OnnxOperators } from "./c03-onnx-operators.ts";
import { c04ExternalData } from "./c04-external-data.ts";
import { c05InlineTensors } from "./c05-inline-tensors.ts";
import { c06SchemaMatch } from "./c06-schema-match.ts";
import type { Check } from "./check.ts";
import { h03Compatibility } from "./h03-compatibility.ts";
import { m01Manifest } from "./m01-manifest.ts";
import { m02LeftOut } from "./m02-left-out.ts";

/** Every check, in the order in which people read them. */
export const CHECKS: readonly Check[] = [
	m01Manifest,
	m02LeftOut,
	a01Claim,
	a02LfsPointer,
	a03ErrorPage,
	a04Integrity,
	a05Files,
	a08Container,
	c01OnnxStructure,
	c02OnnxVersions,
	c03OnnxOperators,
	c04ExternalData,
	c05InlineTensors,
	c06SchemaMatch,
	h03Compatibility,
];
