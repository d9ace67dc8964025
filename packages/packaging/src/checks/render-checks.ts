import { renderDuration } from "@headgate/core/kernel";
import { printable } from "../files/package-path.ts";
import type { CheckResult, Finding } from "./check.ts";
import { inGroups } from "./check-groups.ts";
import { type CheckSummary, refuses } from "./run-checks.ts";
import { wrapWords } from "./wrap-words.ts";

/** What a deploy may spend on checks; a first load is told apart. */
const BUDGET_MS = 2_000;
const MAX_FINDINGS = 20;
/** Under the titles: past mark and id. */
const INDENT = " ".repeat(11);

export interface RenderOptions {
	/** Colours are never the only sign: each line begins with a word. Default: none. */
	readonly paint?: ((colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string) | undefined;
	/** Columns; default 100, at least 40. */
	readonly width?: number | undefined;
	/** Groups in which everything passed take one line instead of one for each check. */
	readonly compact?: boolean | undefined;
}

const TIERS = {
	L0: "the lock",
	L1: "seals of all files",
	L2: "structures",
	L3: "sampled content",
	L4: "every byte",
} as const;

/** The checklist for people: what refuses first, then what warns, then what passed by group, then what was not looked at. */
export function renderChecks(summary: CheckSummary, options: RenderOptions = {}): string {
	const page = new Page(options);
	const { results } = summary;
	const bad = results.filter(({ status }) => status === "fail" || status === "error");
	for (const result of [...bad.filter(refuses), ...bad.filter((result) => !refuses(result))]) page.problem(result);
	if (bad.length > 0) page.blank();
	for (const { name, items } of inGroups(results)) page.group(name, items);
	page.skipped(results);
	page.blank();
	page.verdict(summary);
	return page.toString();
}

class Page {
	readonly #lines: string[] = [];
	readonly #paint: NonNullable<RenderOptions["paint"]>;
	readonly #width: number;
	readonly #compact: boolean;

	constructor({ paint = (_, text) => text, width = 100, compact = false }: RenderOptions) {
		this.#paint = paint;
		this.#width = Math.max(40, width);
		this.#compact = compact;
	}

	blank(): void {
		this.#lines.push("");
	}

	problem(result: CheckResult): void {
		const serious = refuses(result);
		const mark = serious ? (result.status === "fail" ? "FAIL" : "ERR ") : result.severity === "info" ? "note" : "warn";
		this.#head(this.#paint(serious ? "red" : "yellow", mark), result);
		const findings: readonly Finding[] = result.findings ?? [
			{ code: "", message: result.message, hint: result.hint, ...(result.file === undefined ? {} : { file: result.file }) },
		];
		const shown = findings.slice(0, MAX_FINDINGS);
		for (const [index, finding] of shown.entries()) {
			this.#text(withPlace(finding));
			// A hint that is the same for the next finding is said once, after the last of them.
			if (finding.hint !== "" && finding.hint !== shown[index + 1]?.hint) this.#text(finding.hint, "-> ", "dim");
		}
		if (findings.length > shown.length) this.#text(`and ${findings.length - shown.length} more`);
	}

	group(name: string, results: readonly CheckResult[]): void {
		const passed = results.filter(({ status }) => status === "pass");
		if (passed.length === 0) return;
		if (!this.#compact) {
			for (const result of passed) {
				this.#head(this.#paint("green", "pass"), result);
				this.#text(result.message, "", "dim");
			}
			return;
		}
		const skipped = results.filter(({ status }) => status === "skipped").length;
		const bad = results.length - passed.length - skipped;
		const counts = [
			`${passed.length} passed`,
			...(bad > 0 ? [`${bad} not`] : []),
			...(skipped > 0 ? [`${skipped} skipped`] : []),
		];
		const slowest = renderDuration(Math.max(...passed.map(({ ms }) => ms)));
		this.#lines.push(this.#row(this.#paint("green", "pass"), 4, `  ${name}: ${counts.join(", ")}`, slowest));
	}

	/** By reason: a package without pickles does not need nine lines to say so, and on a terminal none for each format that it lacks. */
	skipped(results: readonly CheckResult[]): void {
		const skipped = results.filter(({ status }) => status === "skipped");
		const folded = this.#compact ? skipped.filter(hadNothing) : [];
		const reasons = Map.groupBy(
			skipped.filter((result) => !folded.includes(result)),
			({ message }) => message,
		);
		for (const [reason, skipped] of reasons) this.#skip(skipped.map(({ id }) => id).join(", "), reason);
		const ids = ranges(folded.map(({ id }) => id)).join(", ");
		if (folded.length > 0) this.#skip(ids, "nothing of the kind is in the package (--all says what)");
	}

	/** What was and was not looked at, then the verdict: the last line is the one that people see. */
	verdict({ verdict, results, level, notVerified, ms }: CheckSummary): void {
		if (notVerified.length > 0) this.#lines.push(this.#paint("dim", "not verified"));
		for (const words of notVerified) this.#item(words);
		if (notVerified.length > 0) this.blank();
		if (level !== null) this.#lines.push(`content verified to ${level} (${TIERS[level]})`);
		const runtime = results.find(({ id, status }) => id === "M03" && status === "pass");
		if (runtime !== undefined && this.#compact) this.#lines.push(...wrapWords(printable(runtime.message), this.#width));
		const load = results.find(({ id, status }) => id === "H11" && status !== "skipped");
		if (load !== undefined) {
			const figures = load.status === "pass" ? `: ${load.message}` : "";
			const text = `first load, not part of the budget, ${renderDuration(load.ms)}${figures}`;
			this.#lines.push(...wrapWords(printable(text), this.#width));
		}
		const refused = results.filter(refuses).length;
		const warned = results.filter(
			({ status, severity }) => status !== "pass" && status !== "skipped" && severity === "warn",
		).length;
		const time = `in ${renderDuration(ms)}, ${ms > BUDGET_MS ? "over the budget of" : "of"} ${renderDuration(BUDGET_MS)}`;
		const word =
			verdict === "pass"
				? this.#paint("green", "passed")
				: this.#paint("red", `refused: ${refused} of ${results.length} checks failed`);
		this.#lines.push(`${word} ${time}${warned > 0 ? `, ${warned} ${warned === 1 ? "warning" : "warnings"}` : ""}`);
	}

	toString(): string {
		return this.#lines.join("\n");
	}

	#skip(ids: string, reason: string): void {
		const [first = "", ...rest] = wrapWords(printable(`${ids}: ${reason}`), this.#width - 6);
		this.#lines.push(`${this.#paint("dim", "skip")}  ${first}`, ...rest.map((line) => `      ${line}`));
	}

	#item(text: string): void {
		const [first = "", ...rest] = wrapWords(printable(text), this.#width - 4);
		this.#lines.push(`  ${first}`, ...rest.map((line) => `    ${line}`));
	}

	#head(mark: string, { id, title, ms }: CheckResult): void {
		const time = renderDuration(ms);
		const [first = "", ...rest] = wrapWords(title, Math.min(this.#width, 100) - INDENT.length - time.length - 2);
		this.#lines.push(this.#row(mark, 4, `  ${id}  ${first}`, time), ...rest.map((line) => `${INDENT}${line}`));
	}

	/** `mark`, which may be painted and takes `markWidth` columns, a text, and a time at the right edge. */
	#row(mark: string, markWidth: number, text: string, time: string): string {
		const room = Math.min(this.#width, 100) - markWidth - text.length;
		return `${mark}${text}${this.#paint("dim", time.padStart(Math.max(room, time.length + 2)))}`;
	}

	#text(text: string, before = "", colour?: "dim"): void {
		const lines = wrapWords(`${before}${printable(text)}`, this.#width - INDENT.length);
		for (const [index, line] of lines.entries()) {
			const shown = index === 0 || before === "" ? line : `${" ".repeat(before.length)}${line}`;
			this.#lines.push(`${INDENT}${colour === undefined ? shown : this.#paint(colour, shown)}`);
		}
	}
}

/** Messages that already name the file are left as they are. */
function withPlace({ message, file, line, column, offset }: Finding): string {
	if (file === undefined || message.includes(file)) return message;
	const place =
		line !== undefined ? `:${line}${column === undefined ? "" : `:${column}`}` : offset !== undefined ? ` at byte ${offset}` : "";
	return `${file}${place}: ${message}`;
}

/** A check of one format or of code that left nothing unverified: there was nothing for it to look at. */
function hadNothing({ id, notVerified, message }: CheckResult): boolean {
	return /^[B-F]\d/.test(id) && notVerified === undefined && !/(no|without a) manifest/.test(message);
}

/** `B01 to B05` for ids in a row; a pair is named one by one. */
function ranges(ids: readonly string[]): string[] {
	const rows: string[][] = [];
	for (const id of ids.toSorted()) {
		const row = rows.at(-1);
		const last = row?.at(-1);
		const follows = last !== undefined && last[0] === id[0] && Number(last.slice(1)) + 1 === Number(id.slice(1));
		if (row !== undefined && follows) row.push(id);
		else rows.push([id]);
	}
	return rows.flatMap((row) => (row.length < 3 ? row : [`${row[0]} to ${row.at(-1)}`]));
}
