import { printable } from "../files/package-path.ts";
import { readRequirements } from "./read-requirements.ts";
import type { Requirement, RequirementLine } from "./requirement.ts";

/** One thing that keeps a requirements file from being a lock. */
export interface DependencyFault {
	readonly code: string;
	/** From 1. */
	readonly line: number;
	readonly message: string;
	readonly hint: string;
	readonly severity: "block" | "high" | "warn";
}

const MAX_FAULTS = 1_000;
/** Options that let nothing in: with every version pinned and hashed they only say how to install. */
const HARMLESS: ReadonlySet<string> = new Set(["--require-hashes", "--only-binary", "--prefer-binary", "--no-index"]);
const OPTION_HINTS: Readonly<Record<string, string>> = {
	"--extra-index-url":
		"Remove it: pip takes the newest from any index, so whoever registers the name elsewhere is installed. Choose the index where pip runs.",
	"--find-links": "Remove it: the hashes say which files are meant; choose where they come from where pip runs.",
	"--trusted-host": "Remove it: it turns off the check of the server's certificate.",
	"--no-binary": "Remove it: building from source runs the distribution's own code at install time.",
	"--requirement": "Copy the lines of that file into this one.",
	"--constraint": "Copy the versions of that file into this one.",
};
const SHORT: Readonly<Record<string, string>> = {
	"-i": "--index-url",
	"-f": "--find-links",
	"-r": "--requirement",
	"-c": "--constraint",
};
const RESOLVE = "Let headgate init --lock write the lock, or pip-compile --generate-hashes.";

/** Everything that keeps the text from being an exact, hashed lock, in the order of its lines; at most 1,000, and 1,000 warnings. */
export function lockFaults(text: string): DependencyFault[] {
	return faultsOfLines(readRequirements(text));
}

export function faultsOfLines(lines: readonly RequirementLine[]): DependencyFault[] {
	const refusing: DependencyFault[] = [];
	const warnings: DependencyFault[] = [];
	for (const found of everyFault(lines)) {
		const list = found.severity === "warn" ? warnings : refusing;
		if (list.length < MAX_FAULTS) list.push(found);
		if (refusing.length === MAX_FAULTS) break;
	}
	return [...refusing, ...warnings].sort((a, b) => a.line - b.line);
}

function* everyFault(lines: readonly RequirementLine[]): Generator<DependencyFault> {
	for (const line of lines) yield* faultsOf(line);
	yield* duplicates(lines);
}

function faultsOf(line: RequirementLine): DependencyFault[] {
	switch (line.kind) {
		case "malformed":
			return [fault("dependency.malformed", line.line, line.problem, "Write name==version and its hashes.", "block")];
		case "source": {
			const message = `${line.written} comes from ${line.source}, not from an index`;
			return [fault("dependency.source", line.line, message, "Publish it to an index, then pin its version and hash.", "block")];
		}
		case "option":
			return optionFaults(line.line, line.option, line.value);
		case "requirement":
			return requirementFaults(line);
	}
}

function optionFaults(line: number, option: string, value: string): DependencyFault[] {
	const full = fullOption(option);
	if (HARMLESS.has(full)) return [];
	const shown = `${printable(option.slice(0, 80))}${value === "" ? "" : ` ${value}`}`;
	if (full === "--index-url") {
		const message = `${shown} chooses the index for whoever installs it`;
		const plain = !value.toLowerCase().startsWith("https://") || value.includes("@");
		const hint = "Remove it; set the index where pip runs (PIP_INDEX_URL).";
		return [fault("dependency.option", line, message, hint, plain ? "block" : "warn")];
	}
	const hint = OPTION_HINTS[full] ?? "Remove it: a lock holds names, versions and hashes only.";
	return [fault("dependency.option", line, `${shown} is not allowed in a lock`, hint, "block")];
}

/** pip takes any beginning of a long option that is unambiguous. */
function fullOption(option: string): string {
	if (SHORT[option] !== undefined) return SHORT[option];
	if (HARMLESS.has(option) || option.length < 4) return option;
	return [...Object.keys(OPTION_HINTS), "--index-url"].find((known) => known.startsWith(option)) ?? option;
}

function requirementFaults({ line, name, written, specifier, pinned, hashes, options }: Requirement): DependencyFault[] {
	const faults: DependencyFault[] = [];
	if (pinned === undefined) {
		const got = specifier === "" ? `${written} names no version` : `${written} is not one exact version`;
		faults.push(fault("dependency.unpinned", line, got, `Write ${name}==VERSION. ${RESOLVE}`, "block"));
	}
	const bad = hashes.filter((hash) => !/^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/i.test(hash));
	for (const hash of bad.slice(0, 5)) {
		const message = `${written} has the hash '${printable(hash.slice(0, 90))}', which is no sha256 of 64 hexadecimal digits`;
		faults.push(fault("dependency.unhashed", line, message, RESOLVE, "high"));
	}
	if (bad.length === 0 && !hashes.some((hash) => /^sha256:/i.test(hash))) {
		faults.push(fault("dependency.unhashed", line, `${written} has no --hash=sha256:...`, RESOLVE, "high"));
	}
	for (const option of options.filter((candidate) => candidate.startsWith("-")).slice(0, 5)) {
		const message = `${written} carries the option ${option}`;
		faults.push(fault("dependency.option", line, message, "Remove it: only --hash may follow a version in a lock.", "block"));
	}
	return faults;
}

/** pip refuses a name that stands twice; with conditions that differ, one of them may be meant. */
function* duplicates(lines: readonly RequirementLine[]): Generator<DependencyFault> {
	const first = new Map<string, Requirement>();
	for (const line of lines) {
		if (line.kind !== "requirement") continue;
		const earlier = first.get(line.name);
		if (earlier === undefined) first.set(line.name, line);
		else if (earlier.marker === undefined || line.marker === undefined || earlier.marker === line.marker) {
			const message = `${line.written} stands a second time: line ${earlier.line} has ${earlier.written}`;
			const severity = earlier.specifier === line.specifier ? "warn" : "block";
			yield fault("dependency.duplicate", line.line, message, `Keep one version of ${line.name}.`, severity);
		}
	}
}

function fault(
	code: string,
	line: number,
	message: string,
	hint: string,
	severity: DependencyFault["severity"],
): DependencyFault {
	return { code, line, message, hint, severity };
}
