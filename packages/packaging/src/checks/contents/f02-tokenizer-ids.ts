import { HeadgateError } from "@headgate/protocol";
import { folderOf } from "../../contents/config/config-names.ts";
import { fieldsOf, modelConfig, specialIds } from "../../contents/config/model-config.ts";
import { readTokenizer, readTokenLines, readTokenMap } from "../../contents/tokenizer/read-tokenizer.ts";
import type { Vocabulary } from "../../contents/tokenizer/vocabulary.ts";
import { printable } from "../../files/package-path.ts";
import type { Reader } from "../../files/read-at.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { readableGguf } from "./gguf-templates.ts";
import { ggufFindings } from "./gguf-vocabulary.ts";
import { readConfig } from "./read-configs.ts";
import { isEmbedding, type TensorShape, tensorShapes, weightsFor } from "./tensor-shapes.ts";

const HINT =
	"Resize the embeddings (model.resize_token_embeddings(len(tokenizer))) and save again, or ship the tokenizer of the training.";
const SPECIAL_HINT = "Correct the id, or save the configuration again from the model it was made for.";
const READERS: readonly (readonly [RegExp, Reader<Vocabulary>])[] = [
	[/(^|\/)tokenizer\.json$/, readTokenizer],
	[/(^|\/)vocab\.json$/, readTokenMap],
	[/(^|\/)added_tokens\.json$/, readTokenMap],
	[/(^|\/)vocab\.txt$/, readTokenLines],
];

/** How many ids a model has rows for, and what says so. */
interface Rows {
	readonly count: number;
	readonly source: string;
}

export const f02TokenizerIds: Check = {
	id: "F02",
	title: "Every token has a row in the embeddings",
	severity: "block",
	refuses:
		"A tokenizer (`tokenizer.json`, `vocab.json`, `vocab.txt`, added tokens) with an id at or above the rows of the embeddings, and special ids " +
		"outside of them; a tokenizer that cannot be read. More rows than tokens are padding and pass.",
	why: "An id without a row is an IndexError or an assertion of CUDA that takes the process with it, at the first text that has the token (transformers#12763, tokenizers#1609).",
	rules: "1",
	async run(context) {
		const found = filesWithReaders(context);
		const ggufs = (await readableGguf(context)).filter(({ model }) => "tokenizer.ggml.tokens" in model.metadata);
		if (found.length + ggufs.length === 0) return skipped("there is no tokenizer");
		const shapes = await tensorShapes(context);
		const paths = found.map(({ path }) => path);
		const findings: Finding[] = [];
		const told = ggufs.map(({ path }) => `special ids of ${path} have rows`);
		for (const { path, model } of ggufs) findings.push(...ggufFindings(path, model));
		for (const { path, reader } of found) {
			try {
				const vocabulary = await context.read(path, reader);
				const rows = await rowsFor(context, path, weightsFor(path, paths, shapes));
				findings.push(...judged(path, vocabulary, rows));
				if (rows !== undefined && vocabulary.largest !== null) {
					told.push(`${path} goes to id ${text(vocabulary.largest.id)} of ${text(rows.count)} rows (${rows.source})`);
				}
			} catch (error) {
				if (!(error instanceof HeadgateError)) throw error;
				findings.push(findingOf(error, path));
			}
		}
		for (const folder of new Set(paths.map(folderOf))) findings.push(...(await specialFindings(context, folder, paths, shapes)));
		const otherwise = pass(told[0] ?? `${found.length} read; nothing says how many rows the embeddings have`);
		return judge(findings, told.length > 0 ? otherwise : { ...otherwise, notVerified: ["token ids against embeddings"] });
	},
};

function filesWithReaders(context: CheckContext): { readonly path: string; readonly reader: Reader<Vocabulary> }[] {
	return context.content().flatMap(({ path }) => {
		const reader = READERS.find(([pattern]) => pattern.test(path))?.[1];
		return reader === undefined ? [] : [{ path, reader }];
	});
}

/** The rows of the embeddings; where they cannot be seen, what the configuration beside the tokenizer says. */
async function rowsFor(context: CheckContext, path: string, shapes: readonly TensorShape[]): Promise<Rows | undefined> {
	let largest: TensorShape | undefined;
	for (const shape of shapes.filter(isEmbedding))
		if (largest === undefined || shape.shape[0]! > largest.shape[0]!) largest = shape;
	if (largest !== undefined) {
		return { count: largest.shape[0]!, source: `${printable(largest.name.slice(0, 120))} of ${largest.file}` };
	}
	const config = `${folderOf(path)}config.json`;
	if (!context.has(config)) return undefined;
	const count = modelConfig((await readConfig(context, config)).document).vocabSize;
	return count === undefined ? undefined : { count, source: `vocab_size of ${config}` };
}

function judged(path: string, { largest }: Vocabulary, rows: Rows | undefined): Finding[] {
	if (largest === null) {
		// added_tokens.json of a tokenizer without added tokens.
		if (path.endsWith("added_tokens.json")) return [];
		return [
			{ code: "tokenizer.malformed", message: `${path} has no token at all`, hint: "Save the tokenizer again.", file: path },
		];
	}
	if (rows === undefined || largest.id < rows.count) return [];
	const message =
		`${path} has the id ${text(largest.id)} ('${largest.token.slice(0, 80)}'); ${rows.source} has ${text(rows.count)} rows, ` +
		`so ids go to ${text(rows.count - 1)}`;
	return [{ code: "tokenizer.range", message, hint: HINT, file: path }];
}

/** Special ids of generation_config.json and config.json. */
async function specialFindings(
	context: CheckContext,
	folder: string,
	paths: readonly string[],
	shapes: readonly TensorShape[],
): Promise<Finding[]> {
	const findings: Finding[] = [];
	const rows = await rowsFor(context, `${folder}tokenizer.json`, weightsFor(`${folder}tokenizer.json`, paths, shapes));
	let knowsEnd = false;
	let generates = false;
	for (const name of ["generation_config.json", "config.json"]) {
		const path = folder + name;
		if (!context.has(path)) continue;
		const { document } = await readConfig(context, path);
		const ids = specialIds(document);
		knowsEnd ||=
			ids.some(({ key }) => key === "eos_token_id") || fieldsOf(fieldsOf(document)["text_config"])["eos_token_id"] !== undefined;
		generates ||= name === "generation_config.json" || modelConfig(document).causal;
		for (const { key, id } of ids) {
			// -1 is how some write that there is none.
			if (id === -1 || rows === undefined || (Number.isInteger(id) && id >= 0 && id < rows.count)) continue;
			const message = `${path}: ${key} is ${id}; ${rows.source} has ${text(rows.count)} rows, so ids go from 0 to ${text(rows.count - 1)}`;
			findings.push({ code: "tokenizer.range", message, hint: SPECIAL_HINT, file: path });
		}
	}
	if (generates && !knowsEnd) {
		const message = `${folder}config.json and generation_config.json name no eos_token_id: an answer ends only at the length limit`;
		findings.push({ code: "config.mismatch", message, hint: "Add eos_token_id to generation_config.json.", severity: "warn" });
	}
	return findings;
}

function text(number: number): string {
	return number.toLocaleString("en");
}
