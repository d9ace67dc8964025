import { CHECKS } from "./all-checks.ts";
import type { Check, CheckResult, CheckSeverity, Finding } from "./check.ts";
import type { CheckSummary } from "./run-checks.ts";

const LEVELS: Readonly<Record<CheckSeverity, "error" | "warning" | "note">> = {
	block: "error",
	high: "error",
	warn: "warning",
	info: "note",
};
/** The base of all paths: the package folder, wherever that lies. */
const BASE = "PACKAGE";

/**
 * The answer as SARIF 2.1.0 (OASIS), for code-scanning services: every check is a rule, every finding a result with its place in the
 * package. `version` is Headgate's. Checks that were skipped, and why, are properties of the run.
 */
export function sarifOf(summary: CheckSummary, version: string): unknown {
	const rules = CHECKS.map(ruleOf);
	const bad = summary.results.filter(({ status }) => status === "fail" || status === "error");
	return {
		$schema: "https://json.schemastore.org/sarif-2.1.0.json",
		version: "2.1.0",
		runs: [
			{
				tool: { driver: { name: "headgate", semanticVersion: version, rules } },
				columnKind: "unicodeCodePoints",
				originalUriBaseIds: { [BASE]: { description: { text: "The package folder." } } },
				invocations: [{ executionSuccessful: bad.every(({ status }) => status !== "error") }],
				results: bad.flatMap((result) => findingsOf(result).map((finding) => resultOf(result, finding))),
				properties: {
					verdict: summary.verdict,
					level: summary.level,
					notVerified: summary.notVerified,
					skipped: summary.results
						.filter(({ status }) => status === "skipped")
						.map(({ id, message }) => ({ id, reason: message })),
				},
			},
		],
	};
}

function ruleOf({ id, title, severity, refuses, why }: Check): unknown {
	return {
		id,
		name: pascalCase(title),
		shortDescription: { text: `${title}.` },
		fullDescription: { text: refuses },
		help: { text: why === undefined ? refuses : `${refuses} ${why}` },
		defaultConfiguration: { level: LEVELS[severity] },
		properties: { severity },
	};
}

function resultOf(result: CheckResult, finding: Finding): unknown {
	const { code, message, hint, file } = finding;
	const severity = finding.severity ?? result.severity;
	const ruleIndex = CHECKS.findIndex(({ id }) => id === result.id);
	return {
		ruleId: result.id,
		...(ruleIndex === -1 ? {} : { ruleIndex }),
		level: LEVELS[severity],
		message: { text: hint === "" ? message : `${message}${/[.!?]$/.test(message) ? "" : "."} ${hint}` },
		...(file === undefined ? {} : { locations: [{ physicalLocation: locationOf(file, finding) }] }),
		properties: { ...(code === "" ? {} : { code }), severity, status: result.status, hint },
	};
}

function locationOf(file: string, { line, column, message, offset = saidOffset(message) }: Finding): unknown {
	const uri = file.split("/").map(encodeURIComponent).join("/");
	const region =
		line !== undefined
			? { startLine: line, ...(column === undefined ? {} : { startColumn: column }) }
			: offset !== undefined
				? { byteOffset: offset }
				: undefined;
	return { artifactLocation: { uri, uriBaseId: BASE }, ...(region === undefined ? {} : { region }) };
}

/** Readers of formats say the place in their message alone: `... (at offset 41,654)`. */
function saidOffset(message: string): number | undefined {
	const digits = /\bat offset ([\d,]+)/.exec(message)?.[1];
	return digits === undefined ? undefined : Number(digits.replaceAll(",", ""));
}

/** A check that could not be carried out has no findings; its message is what there is to say. */
function findingsOf({ findings, code = "", message, hint, file }: CheckResult): readonly Finding[] {
	return findings ?? [{ code, message, hint, ...(file === undefined ? {} : { file }) }];
}

function pascalCase(title: string): string {
	return title
		.split(/[^A-Za-z0-9]+/)
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join("");
}
