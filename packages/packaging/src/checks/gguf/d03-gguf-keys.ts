import { printable } from "../../files/package-path.ts";
import type { GgufFile } from "../../formats/gguf/gguf-file.ts";
import { ggufString } from "../../formats/gguf/gguf-file.ts";
import { readGguf } from "../../formats/gguf/read-gguf.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";

const TOKENS = "tokenizer.ggml.tokens";
const TEXTS: readonly string[] = ["general.architecture", "tokenizer.ggml.model"];
/** `general.type` of files that are no model by themselves. */
const PARTS: readonly string[] = ["adapter", "mmproj", "imatrix"];

export const d03GgufKeys: Check = {
	id: "D03",
	title: "GGUF files say what a runtime needs",
	severity: "high",
	refuses:
		"A model without architecture, context length or tokenizer, or with more tokens than rows in its embedding; a file without tensors is a warning.",
	why: "A runtime fills what is missing with defaults and decodes silently into garbage, or reads embeddings beyond their end.",
	rules: "1",
	async run(context) {
		const files = await context.readable("gguf", readGguf);
		if (files.length === 0) return skipped("there is no sound GGUF file");
		const findings = files.flatMap(({ path, model }) => keyFindings(path, model));
		return judge(
			findings,
			pass(files.map(({ model }) => printable((ggufString(model, "general.architecture") ?? "").slice(0, 80))).join(", ")),
		);
	},
};

function keyFindings(file: string, model: GgufFile): Finding[] {
	const kind = ggufString(model, "general.type");
	if (kind !== undefined && PARTS.includes(kind)) {
		const message = `${file} is valid, but its general.type is '${kind}': it is a part for a model, none to serve by itself`;
		return [{ code: "gguf.no-weights", message, hint: "Push it beside the model that it belongs to.", severity: "warn", file }];
	}
	const findings = [...missingKeys(file, model), ...vocabularyFindings(file, model)];
	if (model.tensors.length > 0) return findings;
	const message = `${file} is valid, but holds only a vocabulary: there are no tensors, so there are no weights to serve`;
	return [
		...findings,
		{ code: "gguf.no-weights", message, hint: "Push the file that holds the weights.", severity: "warn", file },
	];
}

function missingKeys(file: string, model: GgufFile): Finding[] {
	const architecture = ggufString(model, "general.architecture");
	const needed = [
		"general.architecture",
		...(architecture === undefined ? [] : [`${architecture}.context_length`]),
		"tokenizer.ggml.model",
		TOKENS,
	];
	return needed
		.filter((key) => (TEXTS.includes(key) ? ggufString(model, key) : model.metadata[key]) === undefined)
		.map((key) => keyFinding(file, `the key ${printable(key.slice(0, 80))} is missing, without which a runtime decodes wrongly`));
}

function vocabularyFindings(file: string, { metadata, tensors }: GgufFile): Finding[] {
	const tokens = metadata[TOKENS];
	if (tokens === undefined) return [];
	if (tokens.type !== "array" || tokens.of !== "string")
		return [keyFinding(file, `${TOKENS} is of type ${tokens.type}, expected texts`)];
	const findings: Finding[] = [];
	for (const key of ["tokenizer.ggml.scores", "tokenizer.ggml.token_type"]) {
		const value = metadata[key];
		if (value === undefined || (value.type === "array" && value.count === tokens.count)) continue;
		const got = value.type === "array" ? number(value.count) : `a ${value.type}`;
		findings.push(keyFinding(file, `${key} has ${got}, expected as many as there are tokens: ${number(tokens.count)}`));
	}
	const embedding = tensors.find(({ name }) => name === "token_embd.weight");
	const rows = embedding?.dims[1];
	if (rows !== undefined && tokens.count > rows) {
		const message = `${TOKENS} has ${number(tokens.count)} tokens, token_embd.weight has rows for ${number(rows)}`;
		findings.push(keyFinding(file, message));
	}
	return findings;
}

function keyFinding(file: string, message: string): Finding {
	const hint = "Convert the model again with the converter of its runtime, from the folder with its tokenizer.";
	return { code: "gguf.keys", message: `${file}: ${message}`, hint, file };
}

function number(value: number): string {
	return value.toLocaleString("en");
}
