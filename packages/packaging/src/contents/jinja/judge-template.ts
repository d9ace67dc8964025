import { setImmediate } from "node:timers/promises";
import { type Constant, foldConstant, MAX_TEXT_CHARS, TooLong } from "./fold-constant.ts";
import { readTemplate } from "./read-template.ts";
import { hasAssignment, TemplateBlocks } from "./template-blocks.ts";
import type { TemplateTag, TemplateToken } from "./template-token.ts";
import { TokenList } from "./token-list.ts";
import { isSpecialName, isUnsafeAttribute, isUnsafeKey, isUnsafePath } from "./unsafe-names.ts";

/** Jinja's own sandbox stops at this many. */
const MAX_RANGE = 100_000;
const MAX_LOOPS = 1_000_000;
/** Of those that refuse, and again of those that do not: what is worth a look must not hide what is hostile. */
const MAX_FAULTS = 20;
const YIELD_EVERY = 2_000;

export interface TemplateFault {
	readonly code: "template.unsafe" | "template.limit" | "template.malformed";
	readonly what: string;
	/** Offset in the template. */
	readonly at: number;
	/** Worth a look, no ground to refuse. */
	readonly mild?: true;
}

const STATEMENTS = new Set(["include", "import", "from", "extends"]);
const PATH_FILTERS = new Set(["map", "selectattr", "rejectattr", "groupby", "sort", "sum", "min", "max", "unique"]);
const WIDTHS = new Set(["center", "ljust", "rjust", "zfill", "indent"]);
/** Filters and methods that make another text of a text. */
const REMAKES = new Set(["join", "reverse", "replace", "format", "lower", "upper", "title", "trim", "strip", "string", "list"]);
/** A format field that takes an attribute or an item: `{0.__class__}`. */
const FIELD = /\{[^{}]{0,80}[.[]_/;

/**
 * What in a Jinja template reaches out of it or never ends: at most 20 faults and 20 mild ones, in the template's order. Only tags count; text, comments and
 * raw blocks may hold any word. Throws HeadgateError `template.malformed` where the template is none.
 */
export async function judgeTemplate(text: string, name: string, signal?: AbortSignal): Promise<TemplateFault[]> {
	const judge = new TemplateJudge();
	const tags = readTemplate(text, name);
	let since = 0;
	for (const tag of tags) {
		judge.tag(tag);
		if (judge.isFull) break;
		since += 1 + tag.tokens.length;
		if (since < YIELD_EVERY) continue;
		since = 0;
		await setImmediate();
		signal?.throwIfAborted();
	}
	return judge.end();
}

class TemplateJudge {
	readonly faults: TemplateFault[] = [];
	readonly #constants = new Map<string, Constant>();
	/** Names set to something that looks like a hidden special name. */
	readonly #veiled = new Set<string>();
	readonly #blocks = new TemplateBlocks();

	get isFull(): boolean {
		return this.#count(false) >= MAX_FAULTS;
	}

	tag({ kind, at, tokens }: TemplateTag): void {
		const list = new TokenList(tokens);
		if (kind === "statement") this.#statement(list, at);
		for (let index = 0; index < tokens.length && !this.isFull; index++) this.#token(list, index);
	}

	end(): TemplateFault[] {
		const open = this.#blocks.unclosed;
		if (open !== undefined && !this.isFull) this.#add("template.malformed", `${open.name} is never ended`, open.at);
		return this.faults;
	}

	#statement(list: TokenList, at: number): void {
		const { tokens } = list;
		const word = tokens[0]?.value ?? "";
		if (STATEMENTS.has(word)) this.#add("template.unsafe", `{% ${word} %} takes in another file`, at);
		const wrong = this.#blocks.enter(tokens, at, word === "for" ? this.#loopTimes(list) : 1);
		if (wrong !== undefined) this.#add("template.malformed", wrong, at);
		if (word === "for" && this.#blocks.times > MAX_LOOPS) {
			this.#add("template.limit", `loops inside each other run ${this.#blocks.times.toLocaleString("en")} times`, at);
		}
		if (word === "set" && hasAssignment(tokens)) this.#set(tokens);
	}

	#set(tokens: readonly TemplateToken[]): void {
		const name = tokens[1]?.value ?? "";
		const is = tokens.findIndex(({ kind, value }) => kind === "operator" && value === "=");
		const expression = tokens.slice(is + 1);
		const value = this.#fold(expression);
		this.#constants.delete(name);
		this.#veiled.delete(name);
		if (value !== undefined) this.#constants.set(name, value);
		else if (looksVeiled(expression)) this.#veiled.add(name);
	}

	#token(list: TokenList, index: number): void {
		const token = list.tokens[index]!;
		if (token.kind === "name") this.#name(list, index, token);
		else if (token.kind === "string") this.#string(list, index, token);
		else if (list.isOperator(index, "[") && list.isSubscript(index)) this.#subscript(list.inside(index), token);
		else if (list.isOperator(index, "*") || list.isOperator(index, "**")) this.#product(list, index, token);
	}

	#name(list: TokenList, index: number, token: TemplateToken): void {
		const { value, at } = token;
		if (list.isOperator(index - 1, ".")) {
			if (isUnsafeAttribute(value)) this.#add("template.unsafe", `.${value} reaches into Python`, at);
			else if (value === "format" || value === "format_map") this.#format(list.tokens[index - 2], at);
			else if (WIDTHS.has(value)) this.#width(list, index, token);
			return;
		}
		if (list.isOperator(index - 1, "|")) this.#filter(list, index, token);
		else if (value.startsWith("__")) this.#add("template.unsafe", `the name ${value} reaches into Python`, at);
		else if (value === "range" && list.isOperator(index + 1, "(")) this.#range(list.inside(index + 1), at);
		else if (list.isOperator(index + 1, "=")) return;
		else if (value === "lipsum") this.#add("template.unsafe", "lipsum leads to Python's modules", at);
		else if (value === "cycler" || value === "joiner") this.#helper(list, index, token);
	}

	#helper(list: TokenList, index: number, { value, at }: TemplateToken): void {
		if (list.isOperator(index + 1, "(")) this.#add("template.unsafe", `${value} is nothing that a chat template needs`, at, true);
		else this.#add("template.unsafe", `${value}, not called, leads to Python's modules`, at);
	}

	#string(list: TokenList, index: number, { value, at }: TemplateToken): void {
		const inSubscript = list.isOperator(index - 1, "[") && list.isSubscript(index - 1);
		if (isSpecialName(value) && !inSubscript) this.#add("template.unsafe", `'${value}' is a name of Python's inside`, at);
		else if (FIELD.test(value)) this.#add("template.unsafe", "a format text takes an attribute that begins with '_'", at);
	}

	#filter(list: TokenList, index: number, token: TemplateToken): void {
		const { value, at } = token;
		if (value === "attr") this.#add("template.unsafe", "the filter attr takes any attribute by its name", at);
		if (value === "format") this.#format(list.tokens[index - 2], at);
		if (WIDTHS.has(value)) this.#width(list, index, token);
		if (PATH_FILTERS.has(value) && list.isOperator(index + 1, "(")) this.#paths(value, list.inside(index + 1), at);
	}

	/** The arguments of a filter that follows paths: `map(attribute="function.name")`. */
	#paths(filter: string, list: TokenList, at: number): void {
		list.parts().forEach((part, position) => {
			const named = part[1]?.kind === "operator" && part[1].value === "=" ? part[0]!.value : undefined;
			const path = this.#fold(named === undefined ? part : part.slice(2));
			if (filter === "map" && position === 0 && path === "attr") {
				this.#add("template.unsafe", "map('attr') takes any attribute by its name", at);
			} else if (typeof path === "string" && isUnsafePath(path) && (named === "attribute" || position === 0)) {
				this.#add("template.unsafe", `${filter} follows '${path.slice(0, 80)}' into Python`, at);
			} else if (named === "attribute" && path === undefined) {
				this.#add("template.unsafe", `${filter} follows an attribute that is put together at run time`, at);
			} else if (filter === "map" && named === "attribute") {
				this.#add("template.unsafe", `map(attribute='${String(path).slice(0, 80)}') follows attributes by their names`, at, true);
			}
		});
	}

	#subscript(list: TokenList, { at }: TemplateToken): void {
		const { tokens } = list;
		const key = this.#fold(tokens);
		const unsafe = typeof key === "string" && isUnsafeKey(key);
		if (unsafe) this.#add("template.unsafe", `['${key.slice(0, 80)}'] reaches into Python`, at);
		else if (key === undefined && (looksVeiled(tokens) || (tokens.length === 1 && this.#veiled.has(tokens[0]!.value)))) {
			this.#add("template.unsafe", "an item's name is put together of parts with underscores", at);
		}
	}

	#format(subject: TemplateToken | undefined, at: number): void {
		const text = subject?.kind === "name" ? this.#constants.get(subject.value) : subject?.value;
		if (typeof text === "string" && subject?.kind !== "string" && FIELD.test(text)) {
			this.#add("template.unsafe", "a format text takes an attribute that begins with '_'", at);
		}
	}

	#range(list: TokenList, at: number): void {
		const times = this.#rangeTimes(list);
		if (times > MAX_RANGE) {
			this.#add(
				"template.limit",
				`range gives ${times.toLocaleString("en")} numbers, at most ${MAX_RANGE.toLocaleString("en")}`,
				at,
			);
		}
	}

	#rangeTimes(list: TokenList): number {
		const bounds = list.parts().map((part) => this.#fold(part));
		const [first, second, third] = bounds;
		if (typeof first !== "number") return 1;
		if (typeof second !== "number") return bounds.length > 1 ? 1 : first;
		const step = typeof third === "number" && third !== 0 ? third : 1;
		return Math.max(0, Math.ceil((second - first) / step));
	}

	/** How often `for x in range(...)` runs, 1 where constants do not tell. */
	#loopTimes(list: TokenList): number {
		const at = list.tokens.findIndex(({ kind, value }) => kind === "name" && value === "in");
		const ranges = list.tokens[at + 1]?.value === "range" && list.isOperator(at + 2, "(");
		return ranges ? Math.max(1, this.#rangeTimes(list.inside(at + 2))) : 1;
	}

	/** `"a" * 10**9`, `[0] * 10**9`, `9**9**9`. */
	#product(list: TokenList, index: number, { value, at }: TemplateToken): void {
		const left = list.tokens[index - 1];
		const factor = this.#fold(factorAfter(list, index));
		if (typeof factor !== "number" || left === undefined) return;
		if (value === "**") {
			const power = left.kind === "number" ? Number(left.value) ** factor : 0;
			if (power > Number.MAX_SAFE_INTEGER) this.#add("template.limit", `${left.value} ** ${factor} is a number without end`, at);
			return;
		}
		const repeats = left.kind === "string" || left.value === "]" || typeof this.#constants.get(left.value) === "string";
		if (repeats && factor > MAX_TEXT_CHARS)
			this.#add("template.limit", `something is repeated ${factor.toLocaleString("en")} times`, at);
	}

	#width(list: TokenList, index: number, { value, at }: TemplateToken): void {
		if (!list.isOperator(index + 1, "(")) return;
		for (const part of list.inside(index + 1).parts()) {
			const width = this.#fold(part);
			if (typeof width === "number" && width > MAX_TEXT_CHARS) {
				this.#add("template.limit", `${value} makes a text of ${width.toLocaleString("en")} characters`, at);
			}
		}
	}

	#fold(tokens: readonly TemplateToken[]): Constant | undefined {
		try {
			return foldConstant(tokens, this.#constants);
		} catch (error) {
			if (!(error instanceof TooLong)) throw error;
			this.#add("template.limit", `constants make ${error.message}`, tokens[0]!.at);
			return undefined;
		}
	}

	#count(mild: boolean): number {
		return this.faults.filter((fault) => (fault.mild === true) === mild).length;
	}

	#add(code: TemplateFault["code"], what: string, at: number, mild = false): void {
		if (this.faults.some((fault) => fault.at === at && fault.code === code)) return;
		if (mild && this.#count(true) >= MAX_FAULTS) return;
		this.faults.push({ code, what, at, ...(mild ? { mild } : {}) });
	}
}

/** The number after `*`, with powers. */
function factorAfter(list: TokenList, index: number): readonly TemplateToken[] {
	let end = index + 1;
	if (list.isOperator(end, "(")) return list.inside(end).tokens;
	while (
		end < index + 16 &&
		(list.tokens[end]?.kind === "number" || list.tokens[end]?.kind === "name" || list.isOperator(end, "**"))
	)
		end++;
	return list.tokens.slice(index + 1, end);
}

/** Texts with underscores at both ends of an expression, or one that is turned around: a special name put together to pass a search. */
function looksVeiled(tokens: readonly TemplateToken[]): boolean {
	const texts = tokens.filter(({ kind }) => kind === "string").map(({ value }) => value);
	const first = tokens[0];
	if (texts.length === 0 || first === undefined || (first.kind !== "string" && first.kind !== "operator")) return false;
	if (texts[0]!.startsWith("_") && texts.at(-1)!.endsWith("_") && texts.join("").length > 1) return true;
	const remade = tokens.some(({ kind, value }) => kind === "name" && REMAKES.has(value));
	return remade && texts.some((text) => text.includes("__") || text.includes("%c"));
}
