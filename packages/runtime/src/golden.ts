import { HeadgateError } from "@headgate/protocol";
import type { Example } from "./examples.ts";
import type { LoadedModel } from "./model.ts";

/**
 * Runs the package's examples, one request each, and compares the answers with those written down.
 * Throws `runtime.example-mismatch` naming example, field, got and expected, or what `run` rejects with.
 * An answer may have fields that the example leaves out.
 */
export async function goldenInference(model: Pick<LoadedModel, "run">, examples: readonly Example[]): Promise<void> {
	for (const [index, example] of examples.entries()) {
		const [answer] = await model.run([example.input]);
		for (const [field, expected] of Object.entries(example.output)) {
			const difference = compare(answer?.[field], expected, example.tolerance[field] ?? 0, field);
			if (difference !== null) {
				throw new HeadgateError("runtime.example-mismatch", `example ${index}: ${difference}`, {
					path: `examples[${index}].${field}`,
				});
			}
		}
	}
}

/** Null when equal within the tolerance, else a sentence. Arrays and objects are compared element by element. */
function compare(got: unknown, expected: unknown, tolerance: number, field: string): string | null {
	if (isNumeric(expected) && isNumeric(got)) {
		const equal = got === expected || Math.abs(Number(got) - Number(expected)) <= tolerance;
		return equal ? null : `${field} is ${got}, expected ${expected}${tolerance > 0 ? ` +- ${tolerance}` : ""}`;
	}
	if (typeof expected === "object" && expected !== null) {
		if (typeof got !== "object" || got === null || Array.isArray(got) !== Array.isArray(expected)) {
			return `${field} is ${show(got)}, expected ${show(expected)}`;
		}
		if (Array.isArray(expected) && (got as unknown[]).length !== expected.length) {
			return `${field} has ${(got as unknown[]).length} elements, expected ${expected.length}`;
		}
		for (const [key, value] of Object.entries(expected)) {
			const difference = compare((got as Record<string, unknown>)[key], value, tolerance, `${field}.${key}`);
			if (difference !== null) return difference;
		}
		return null;
	}
	return Object.is(got, expected) ? null : `${field} is ${show(got)}, expected ${show(expected)}`;
}

function isNumeric(value: unknown): value is number | bigint {
	return typeof value === "number" || typeof value === "bigint";
}

function show(value: unknown): string {
	if (value === undefined) return "missing";
	return typeof value === "bigint" ? String(value) : JSON.stringify(value).slice(0, 100);
}
