import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { pythonWith } from "@headgate/testkit/python";

/** What scikit-learn itself answers to three rows: the probabilities of three species. */
export interface MadeModels {
	readonly features: readonly (readonly number[])[];
	readonly probabilities: readonly (readonly number[])[];
}

/** Has scikit-learn, skl2onnx, joblib, MLflow, tokenizers and safetensors make a model each below a folder. */
export async function makeModels(folder: string): Promise<MadeModels> {
	const python = await pythonWith("makers.txt");
	const script = path.join(import.meta.dirname, "make_models.py");
	const { stdout } = await promisify(execFile)(python, [script, folder], { maxBuffer: 16 * 1024 * 1024 });
	return JSON.parse(stdout.trim().split("\n").at(-1)!) as MadeModels;
}

/** What a person writes into the gaps that init leaves; other gaps stay gaps, and the checks name them. */
const ANSWERS: Readonly<Record<string, string>> = {
	team: "risk-ml",
	contact: "risk-ml@example.com",
	trust: "pickle",
	examples: '{ none: "compared with the maker\'s own answers in this test" }',
	features: '{ none: "the four measurements go in as they are" }',
	dependencies: '{ none: "nothing but the runtime" }',
	datasets: `[ { name: iris, version: 2026-10-31T00:00:00Z, sha256: ${"ab".repeat(32)}, rows: 150, role: train } ]`,
	training: `{ commit: ${"0f".repeat(20)}, hyperparameters: { seed: 42 } }`,
	evaluation: '{ none: "a toy of a test" }',
	notes: "CHANGES.md",
	input: "input.schema.json",
	output: "output.schema.json",
	entry: "code/load.py",
	python: '"3.11.7"',
	torch: '"2.13.0"',
};

/** Fills the gaps of a package folder: every line that ends in `# fill in: ...`. */
export function fillIn(folder: string): void {
	const file = path.join(folder, "model.yaml");
	const filled = readFileSync(file, "utf8").replace(
		/^(\s*(?:- )?)(\w+):\s+# fill in: .*$/gm,
		(line, indent: string, key: string) => {
			const answer = ANSWERS[key];
			return answer === undefined ? line : `${indent}${key}: ${answer}`;
		},
	);
	writeFileSync(file, filled);
	writeFileSync(path.join(folder, "CHANGES.md"), "# 0.1.0\n\nThe first version, made by a test from toy data.\n");
}
