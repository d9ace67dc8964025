import { lockFaults } from "../dependencies/lock-faults.ts";
import { readEnvironment } from "../dependencies/read-environment.ts";
import { readRequirements } from "../dependencies/read-requirements.ts";
import type { Requirement, RequirementLine } from "../dependencies/requirement.ts";
import { entry, PlainYamlFault, readPlainYaml, textEntry, textList } from "../imports/plain-yaml.ts";
import type { FolderView } from "./folder-view.ts";
import type { VersionClaim } from "./version-claims.ts";

/** What a folder asks for in Python, from all the files that ask. */
export interface WantedDependencies {
	/** A file that is a lock already. */
	readonly lock?: string;
	/** The files that ask for something. */
	readonly files: readonly string[];
	/** One for each name. */
	readonly requirements: readonly Requirement[];
	/** Normal names that came from conda's part of an environment. */
	readonly fromConda: ReadonlySet<string>;
	/** Names that only conda has. */
	readonly condaOnly: readonly string[];
	/** Lines that are not passed on to pip, and why: `requirements.txt:3: ...`. */
	readonly refused: readonly string[];
	readonly claims: readonly VersionClaim[];
}

/** What pip's markers are made of: nothing else gets through. */
const MARKER = /^[\w .,<>=!~"'()+*-]*$/;

export async function wantedDependencies(view: FolderView): Promise<WantedDependencies> {
	const collected = new Collected();
	const file = view.pick(/^requirements\.txt$/, /^env\/requirements\.txt$/);
	const text = file === undefined ? undefined : await view.text(file);
	if (file !== undefined && text !== undefined) {
		if (isLock(text)) return { ...collected, lock: file };
		collected.take(file, readRequirements(text));
	}
	const environment = view.pick(/^(conda|environment)\.ya?ml$/);
	if (environment !== undefined) await takeEnvironment(view, environment, collected);
	if (view.has("python_env.yaml")) await takePythonEnv(view, collected);
	return collected;
}

class Collected implements WantedDependencies {
	readonly files: string[] = [];
	readonly requirements: Requirement[] = [];
	readonly fromConda = new Set<string>();
	readonly condaOnly: string[] = [];
	readonly refused: string[] = [];
	readonly claims: VersionClaim[] = [];

	/** The first file that names something decides; what a later one says otherwise is a claim. */
	take(file: string, lines: readonly RequirementLine[], isConda = false): void {
		if (lines.length > 0 && !this.files.includes(file)) this.files.push(file);
		for (const line of lines) {
			const problem = refusal(line, file);
			if (problem !== undefined) this.refused.push(problem);
			if (line.kind !== "requirement" || problem !== undefined) continue;
			if (line.pinned !== undefined) this.claims.push({ name: line.name, version: line.pinned, file });
			if (this.requirements.some(({ name }) => name === line.name)) continue;
			this.requirements.push(line);
			if (isConda) this.fromConda.add(line.name);
		}
	}
}

function refusal(line: RequirementLine, file: string): string | undefined {
	const at = `${file}:${line.line}`;
	switch (line.kind) {
		case "malformed":
			return `${at}: ${line.problem}`;
		case "source":
			return `${at}: ${line.written} comes from ${line.source}`;
		case "option":
			return `${at}: the option ${line.option}${line.value === "" ? "" : ` ${line.value}`}`;
		case "requirement":
			if (line.options.length > 0) return `${at}: the option ${line.options[0]}`;
			return MARKER.test(line.marker ?? "") ? undefined : `${at}: the condition of ${line.written}`;
	}
}

async function takeEnvironment(view: FolderView, file: string, collected: Collected): Promise<void> {
	try {
		const { python, pip, fromConda, condaOnly } = readEnvironment((await view.text(file)) ?? "");
		if (python !== undefined) collected.claims.push({ name: "python", version: python, file });
		collected.take(file, readRequirements(pip.join("\n")));
		collected.take(file, readRequirements(fromConda.map(({ requirement }) => requirement).join("\n")), true);
		collected.condaOnly.push(...condaOnly);
	} catch (error) {
		if (!(error instanceof PlainYamlFault)) throw error;
		collected.refused.push(`${file}: ${error.message}`);
	}
}

/** MLflow's: the python version, and requirements that mostly point to requirements.txt. */
async function takePythonEnv(view: FolderView, collected: Collected): Promise<void> {
	const file = "python_env.yaml";
	try {
		const yaml = readPlainYaml((await view.text(file)) ?? "");
		const python = textEntry(yaml, "python");
		if (python !== undefined && /^\d+(\.\d+)+$/.test(python)) collected.claims.push({ name: "python", version: python, file });
		const lines = textList(entry(yaml, "dependencies")).filter((line) => !/^-r\s+requirements\.txt$/.test(line.trim()));
		collected.take(file, readRequirements(lines.join("\n")));
	} catch (error) {
		if (!(error instanceof PlainYamlFault)) throw error;
		collected.refused.push(`${file}: ${error.message}`);
	}
}

function isLock(text: string): boolean {
	return (
		lockFaults(text).every(({ severity }) => severity === "warn") &&
		readRequirements(text).some(({ kind }) => kind === "requirement")
	);
}
