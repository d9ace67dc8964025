import { setImmediate } from "node:timers/promises";
import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { ReadAt, Reader } from "../../files/read-at.ts";
import { JsonFault, JsonScanner, unescapeJson } from "./json-scanner.ts";
import { TokenizerSink, TokenMapSink, type VocabularySink } from "./tokenizer-sinks.ts";
import type { Vocabulary } from "./vocabulary.ts";

const WINDOW_BYTES = 1024 * 1024;
/** The largest tokenizers have 35 MB. */
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_TOKEN_BYTES = 80;

/**
 * The ids of a `tokenizer.json` of Hugging Face: BPE, WordPiece and WordLevel (ids by token), Unigram (a list), and added tokens.
 * Throws HeadgateError `tokenizer.malformed`, `tokenizer.limit`, `weights.unreadable`.
 */
export const readTokenizer: Reader<Vocabulary> = (source, name, signal) => {
	return readJson(source, name, (scanner) => new TokenizerSink(scanner), signal);
};

/** The ids of a `vocab.json` or an `added_tokens.json`: one object, ids by token. Throws as readTokenizer does. */
export const readTokenMap: Reader<Vocabulary> = (source, name, signal) => {
	return readJson(source, name, (scanner) => new TokenMapSink(scanner), signal);
};

/** The ids of a `vocab.txt`: the numbers of its lines, from 0. */
export const readTokenLines: Reader<Vocabulary> = async (source, name, signal) => {
	tooLarge(source, name);
	let lines = 0;
	let last = 10;
	for (let at = 0; at < source.size; at += WINDOW_BYTES) {
		signal?.throwIfAborted();
		const bytes = await source.read(at, WINDOW_BYTES);
		for (let index = 0; index < bytes.length; index++) if (bytes[index] === 10) lines++;
		last = bytes.at(-1) ?? last;
	}
	const entries = last === 10 ? lines : lines + 1;
	return { model: "WordPiece", entries, added: 0, largest: entries === 0 ? null : { id: entries - 1, token: "the last line" } };
};

async function readJson(
	source: ReadAt,
	name: string,
	makeSink: (scanner: { scanner?: JsonScanner }) => VocabularySink,
	signal: AbortSignal | undefined,
): Promise<Vocabulary> {
	tooLarge(source, name);
	const holder: { scanner?: JsonScanner } = {};
	const sink = makeSink(holder);
	const scanner = new JsonScanner(sink);
	holder.scanner = scanner;
	try {
		for (let at = 0; at < source.size; at += WINDOW_BYTES) {
			signal?.throwIfAborted();
			scanner.push(await source.read(at, WINDOW_BYTES));
			if (at + WINDOW_BYTES < source.size) await setImmediate();
		}
		scanner.end();
	} catch (error) {
		if (!(error instanceof JsonFault)) throw error;
		const code = error.tooDeep ? "tokenizer.limit" : "tokenizer.malformed";
		throw new HeadgateError(code, `${name} is not JSON: ${error.message} at offset ${error.offset.toLocaleString("en")}`, {
			path: name,
		});
	}
	if (!sink.isVocabulary) {
		throw new HeadgateError("tokenizer.malformed", `${name} has no vocabulary: ${sink.wanted}`, { path: name });
	}
	const { model, entries, added, largest } = sink;
	return { model, entries, added, largest: largest === null ? null : { id: largest.id, token: await tokenOf(source, largest) } };
}

/** The token of the largest id, read again where it stands. */
async function tokenOf(source: ReadAt, { start, end }: { readonly start: number; readonly end: number }): Promise<string> {
	if (start < 0) return "";
	const bytes = await source.read(start, Math.min(end - start, MAX_TOKEN_BYTES));
	return printable(unescapeJson(Buffer.from(bytes).toString("utf8")));
}

function tooLarge({ size }: ReadAt, name: string): void {
	if (size <= MAX_BYTES) return;
	const message = `${name} has ${size.toLocaleString("en")} bytes, at most ${MAX_BYTES.toLocaleString("en")} are read`;
	throw new HeadgateError("tokenizer.limit", message, { path: name });
}
