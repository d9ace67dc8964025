import type { ValidateFunction } from "ajv/dist/2020.js";
import { type Check, type Finding, findingOf, isEnough, judge, pass, skipped } from "../check.ts";
import { type CompiledSchema, saidOf } from "./compile-schema.ts";
import { soundSchema } from "./h01-schemas-compile.ts";
import { isSchemaObject } from "./schema-keywords.ts";

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 10_000;
const LINES_A_TURN = 200;

export const h02ExamplesFit: Check = {
	id: "H02",
	title: "The examples fit the schemas",
	severity: "high",
	rules: "1",
	refuses:
		"Examples that are not one JSON object a line with input, output and tolerance, or whose input or output the schemas refuse.",
	why: "The examples are the golden inference of every warm-up: an example that the gateway would refuse proves nothing, and a schema that refuses its own examples refuses the callers too.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "the examples");
		if (typeof manifest.examples !== "string")
			return skipped(`there are no examples: ${manifest.examples.none}`, "answers to examples");
		const path = manifest.examples;
		if (!context.has(path)) return skipped(`${path} is not in the package (A05)`, "the examples");
		const input = await soundSchema(context, manifest.schema.input);
		const output = await soundSchema(context, manifest.schema.output);
		if (input === undefined || output === undefined) return skipped("the schemas could not be used (H01)", "the examples");
		let text: string;
		try {
			text = await context.text(path, MAX_BYTES);
		} catch (error) {
			return judge([findingOf(error, path)], pass(""));
		}
		const lines = text.split("\n", MAX_LINES + 1);
		const findings: Finding[] = [];
		let count = 0;
		for (const [index, line] of lines.slice(0, MAX_LINES).entries()) {
			if (line.trim() === "") continue;
			count++;
			findings.push(...exampleFaults(line, input, output).map((message) => said(message, path, index + 1)));
			if (isEnough(findings)) break;
			// A turn for the others: tens of thousands of lines are validated here.
			if (index % LINES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
		}
		if (count === 0) return judge([said("it has no example in it", path)], pass(""));
		const outcome = judge(
			findings,
			pass(`${count.toLocaleString("en")} ${count === 1 ? "example fits" : "examples fit"} the schemas`, { examples: count }),
		);
		return lines.length > MAX_LINES
			? { ...outcome, notVerified: [`examples after line ${MAX_LINES.toLocaleString("en")}`] }
			: outcome;
	},
};

function exampleFaults(line: string, input: CompiledSchema, output: CompiledSchema): string[] {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return ["it is not JSON"];
	}
	if (!isSchemaObject(value) || !("input" in value) || !isSchemaObject(value["output"])) {
		return ["it must have an input, and an output that is an object"];
	}
	const tolerance = value["tolerance"] ?? {};
	const fits = isSchemaObject(tolerance) && Object.values(tolerance).every((entry) => typeof entry === "number" && entry >= 0);
	return [
		...(fits ? [] : ["tolerance must map fields to numbers of 0 or more"]),
		...refusal(input.validate!, value["input"], "input"),
		...refusal(output.validate!, value["output"], "output"),
	];
}

function refusal(validate: ValidateFunction, value: unknown, side: string): string[] {
	if (validate(value)) return [];
	return [`the schema refuses its ${side}: ${(validate.errors ?? []).slice(0, 1).map(saidOf).join("; ")}`];
}

function said(message: string, file: string, line?: number): Finding {
	const place = line === undefined ? file : `${file}:${line}`;
	const hint = "Correct the example, or the schema where it is wrong.";
	return { code: "examples.invalid", message: `${place}: ${message}`, hint, file, ...(line === undefined ? {} : { line }) };
}
