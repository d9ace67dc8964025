import { HeadgateError } from "@headgate/protocol";
import type { JsonSchema } from "@headgate/runtime";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";

/** A compiled schema: null when the value is valid, else the first error as a sentence with its place. */
export type Validator = (value: unknown) => { readonly place: string; readonly message: string } | null;

/**
 * Compiled once, when an arm is loaded. Stops at the first error: collecting all of them would let a caller buy work. Throws
 * `runtime.load-failed` for a schema that does not compile.
 */
export function compileValidator(schema: JsonSchema, name: string): Validator {
	const ajv = new Ajv2020({ strict: false, strictNumbers: true, validateFormats: false, logger: false, verbose: true });
	let validate: ValidateFunction;
	try {
		validate = ajv.compile(schema);
	} catch (error) {
		throw new HeadgateError("runtime.load-failed", `${name} does not compile: ${(error as Error).message}`, {
			path: name,
			cause: error,
		});
	}
	return (value) => (validate(value) ? null : describe(validate.errors?.[0]));
}

function describe(error: ErrorObject | undefined): { place: string; message: string } {
	if (error === undefined) return { place: "", message: "is not valid" };
	const place = error.instancePath
		.split("/")
		.slice(1)
		.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
		.map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`))
		.join("")
		.slice(0, 200);
	return { place, message: sentence(error) };
}

/** Types and rules, never values: an error must not carry what somebody sent. */
function sentence(error: ErrorObject): string {
	switch (error.keyword) {
		case "type":
			return `must be ${[error.params.type].flat().join(" or ")}, got ${typeName(error.data)}`;
		case "enum":
			return `must be one of ${JSON.stringify(error.params.allowedValues).slice(1, 300)}`.replace(/\]$/, "");
		case "additionalProperties":
		case "unevaluatedProperties": {
			const name = String(error.params.additionalProperty ?? error.params.unevaluatedProperty);
			return `must not have a field ${JSON.stringify(name.slice(0, 64))}`;
		}
		default:
			return error.message ?? `breaks ${error.keyword}`;
	}
}

function typeName(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "array";
	return typeof value === "number" && !Number.isFinite(value) ? "a number out of range" : typeof value;
}
