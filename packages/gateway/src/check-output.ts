import type { ServingConfiguration } from "@headgate/core/routing";
import type { Prediction } from "@headgate/runtime";
import { rounded } from "./parse/big-integers.ts";
import type { Validator } from "./validate.ts";

/** Null when the answer may leave, else a sentence that names the field. */
export type OutputCheck = (predictions: readonly Prediction[]) => string | null;

/** NaN and Infinity anywhere, the output schema, and the endpoint's output_limits, in this order. */
export function compileOutputCheck(validate: Validator, limits: ServingConfiguration["outputLimits"]): OutputCheck {
	const bounds = Object.entries(limits);
	return (predictions) => {
		for (let i = 0; i < predictions.length; i++) {
			const prediction = predictions[i]!;
			const field = nonFinite(prediction, "");
			if (field !== null) return `${place(i, field)} is NaN or Infinity`;
			// Validators know only numbers: an answer that holds BigInt is judged again with them rounded.
			const error = validate(prediction) && validate(rounded(prediction));
			if (error !== null) return `${place(i, error.place)} ${error.message}`;
			for (const [name, [low, high]] of bounds) {
				const value = prediction[name];
				if (isNumeric(value) && (value < low || value > high))
					return `${place(i, name)} is outside output_limits [${low}, ${high}]`;
			}
		}
		return null;
	};
}

function nonFinite(value: unknown, path: string): string | null {
	if (typeof value === "number") return Number.isFinite(value) ? null : path;
	if (typeof value !== "object" || value === null) return null;
	for (const key of Object.keys(value)) {
		const entry = (value as Record<string, unknown>)[key];
		if (typeof entry === "string" || typeof entry === "boolean") continue;
		const found = nonFinite(entry, Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`);
		if (found !== null) return found;
	}
	return null;
}

function isNumeric(value: unknown): value is number | bigint {
	return typeof value === "number" || typeof value === "bigint";
}

function place(index: number, field: string): string {
	return field === "" ? `predictions[${index}]` : `predictions[${index}].${field}`;
}
