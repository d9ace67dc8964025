import { accept, type Result } from "../kernel/refusal.ts";
import { type GateSentence, refuseAt, refuseGate } from "./gate-sentence.ts";
import type { TokenReader } from "./gate-tokens.ts";
import type { SliceCondition } from "./plan.ts";

const HINT = 'a slice reads like "where Home=rent and Age>=60"; put quotes around values with spaces or dashes';

/** Reads `FIELD OP VALUE {and ...}`, the part of a gate behind `where`, up to the end of the sentence. */
export function parseSlice(sentence: GateSentence, tokens: TokenReader): Result<readonly SliceCondition[]> {
	const conditions: SliceCondition[] = [];
	do {
		const condition = parseCondition(sentence, tokens);
		if (!condition.ok) return condition;
		conditions.push(condition.value);
	} while (tokens.takeWord("and"));
	return accept(conditions);
}

function parseCondition(sentence: GateSentence, tokens: TokenReader): Result<SliceCondition> {
	const field = parseField(sentence, tokens);
	if (!field.ok) return field;
	const op = tokens.take();
	if (op === undefined) return endsTooSoon(sentence, tokens, "a comparison");
	if (!isSliceOp(op.text))
		return refuseAt(sentence, "plan.gate-operator", op, "does not compare in a slice", "use =, !=, <= or >=");
	const sign = tokens.peek()?.kind === "sign" ? tokens.take()?.text : "";
	const value = tokens.take();
	if (value === undefined) return endsTooSoon(sentence, tokens, "a value");
	if (value.kind === "number")
		return accept({ field: field.value, op: op.text, value: sign === "-" ? 0 - Number(value.text) : Number(value.text) });
	if (sign === "" && value.kind === "word") return accept({ field: field.value, op: op.text, value: value.text });
	if (sign === "" && value.kind === "quoted") return accept({ field: field.value, op: op.text, value: value.text.slice(1, -1) });
	return refuseAt(sentence, "plan.gate-syntax", value, "is not a value", HINT);
}

/** Reads a field's name: a word, or anything between quotes. */
export function parseField(sentence: GateSentence, tokens: TokenReader): Result<string> {
	const token = tokens.take();
	if (token === undefined) return endsTooSoon(sentence, tokens, "a field");
	if (token.kind === "word") return accept(token.text);
	if (token.kind === "quoted" && token.text.length > 2) return accept(token.text.slice(1, -1));
	return refuseAt(sentence, "plan.gate-syntax", token, "is not the name of a field", HINT);
}

function endsTooSoon(sentence: GateSentence, tokens: TokenReader, wanted: string) {
	return refuseGate(sentence, "plan.gate-syntax", `it ends at column ${tokens.column} where ${wanted} is expected`, HINT);
}

function isSliceOp(text: string): text is SliceCondition["op"] {
	return text === "=" || text === "!=" || text === "<=" || text === ">=";
}
