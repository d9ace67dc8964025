import { ERRORS, type ErrorRow } from "@headgate/protocol";

const EXITS: Readonly<Record<ErrorRow["exit"], string>> = {
	1: "it worked, and the answer is no",
	2: "what was given is wrong",
	3: "it could not be done",
};

/** docs/reference/errors.md, made from the error catalogue. */
export function errorsReference(): string {
	const codes = Object.keys(ERRORS).sort();
	const areas = [...new Set(codes.map(areaOf))];
	return [
		"<!-- Made from packages/protocol/src/errors. Edit the tables there, then run `npm run docs`. -->",
		"# Errors",
		"",
		"Whatever goes wrong has a code that stays the same from release to release; the message beside it says what, where, what was",
		"found and what was expected, and the hint says what to do. Programs match on the code. Over HTTP and with `--json` an error is",
		'`{"error": {"code", "message", "hint", "path"}}`; `path` is there when it points at a place.',
		"",
		"The command exits with",
		"- `0`: done, or yes;",
		...Object.entries(EXITS).map(([exit, meaning]) => `- \`${exit}\`: ${meaning}${exit === "3" ? "." : ";"}`),
		"",
		"*Again* says whether the same call may succeed later without a change.",
		...areas.flatMap((area) => ["", ...renderArea(area, codes)]),
		"",
	].join("\n");
}

function renderArea(area: string, codes: readonly string[]): string[] {
	return [
		`## ${area}`,
		"",
		"| code | HTTP | exit | again | when | what to do |",
		"|---|---|---|---|---|---|",
		...codes.filter((code) => areaOf(code) === area).map((code) => renderRow(code, ERRORS[code]!)),
	];
}

function renderRow(code: string, { status, exit, retryable, when, hint }: ErrorRow): string {
	const cells = [`\`${code}\``, status, exit, retryable ? "yes" : "no", when, hint];
	return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|").replaceAll("<", "&lt;")).join(" | ")} |`;
}

function areaOf(code: string): string {
	return code.split(".")[0] as string;
}
