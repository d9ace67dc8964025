import { renderDuration } from "@headgate/core/kernel";
import { printable } from "../files/package-path.ts";
import type { CheckResult } from "./check.ts";
import { type CheckSummary, refuses } from "./run-checks.ts";

const RESET = "\u001b[0m";
const COLOURS = { green: "\u001b[32m", red: "\u001b[31m", yellow: "\u001b[33m", grey: "\u001b[90m" } as const;
type Colour = keyof typeof COLOURS;

const MAX_FURTHER = 20;

/** A checklist for people: one line a check, hints under what failed, then the verdict and what was not verified. */
export function renderChecks(summary: CheckSummary, options: { readonly colour: boolean }): string {
	const paint = (colour: Colour, text: string): string => (options.colour ? `${COLOURS[colour]}${text}${RESET}` : text);
	const width = Math.max(...summary.results.map((result) => result.title.length), 0);
	const lines = summary.results.flatMap((result) => {
		const [mark, colour] = markOf(result);
		const time = renderDuration(result.ms).padStart(9);
		const line = `${paint(colour, mark)} ${result.id}  ${result.title.padEnd(width)} ${paint("grey", time)}  ${printable(result.message)}`;
		const below = [...(result.hint === "" ? [] : [paint("grey", printable(result.hint))]), ...furtherFindings(result)];
		return [line, ...below.map((text) => `${" ".repeat(7)}${text}`)];
	});
	const refused = summary.results.filter(refuses).length;
	const level = summary.level === null ? "" : `, verified to ${summary.level}`;
	const verdict =
		summary.verdict === "pass"
			? paint("green", `passed${level}`)
			: paint("red", `refused: ${refused} check${refused === 1 ? "" : "s"} failed`);
	const open = summary.notVerified.map((words) => `  not verified: ${printable(words)}`);
	return [...lines, "", `${verdict} in ${renderDuration(summary.ms)}`, ...open, ""].join("\n");
}

/** What else is wrong, so that all of it can be mended in one go; the message has the worst. */
function furtherFindings({ findings = [] }: CheckResult): string[] {
	const shown = findings.slice(1, 1 + MAX_FURTHER).map(({ message }) => printable(message));
	const hidden = findings.length - 1 - shown.length;
	return hidden > 0 ? [...shown, `and ${hidden} more`] : shown;
}

function markOf(result: CheckResult): [string, Colour] {
	if (result.status === "pass") return ["pass", "green"];
	if (result.status === "skipped") return ["skip", "grey"];
	if (!refuses(result)) return ["warn", "yellow"];
	return result.status === "fail" ? ["FAIL", "red"] : ["ERR ", "red"];
}
