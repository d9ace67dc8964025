import { HeadgateError } from "@headgate/protocol";

/** One line of examples.jsonl. Tolerances are absolute, by field name; a field without one must be equal. */
export interface Example {
	readonly input: unknown;
	readonly output: Readonly<Record<string, unknown>>;
	readonly tolerance: Readonly<Record<string, number>>;
}

/** Throws `runtime.examples-invalid` with the line's number. Empty lines are skipped. */
export function parseExamples(text: string): Example[] {
	const examples: Example[] = [];
	for (const [index, line] of text.split("\n").entries()) {
		if (line.trim() !== "") examples.push(parseExample(line, `examples.jsonl:${index + 1}`));
	}
	return examples;
}

function parseExample(line: string, path: string): Example {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		throw new HeadgateError("runtime.examples-invalid", `${path} is not JSON`, { path });
	}
	if (!isRecord(value) || !("input" in value) || !isRecord(value.output)) {
		throw new HeadgateError("runtime.examples-invalid", `${path} must have an input, and an output that is an object`, { path });
	}
	const tolerance = value.tolerance ?? {};
	if (!isRecord(tolerance) || Object.values(tolerance).some((entry) => typeof entry !== "number" || !(entry >= 0))) {
		throw new HeadgateError("runtime.examples-invalid", `${path}: tolerance must map fields to numbers of 0 or more`, { path });
	}
	return { input: value.input, output: value.output, tolerance: tolerance as Record<string, number> };
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
