import { faultsOfLines } from "../../dependencies/lock-faults.ts";
import { REQUIREMENTS_MAX_BYTES, readRequirements } from "../../dependencies/read-requirements.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { namedDependencies } from "./locked-releases.ts";

const NOT_VERIFIED = ["known vulnerabilities of the dependencies"];
const OTHER_TOOLS: Readonly<Record<string, string>> = {
	"poetry.lock": "poetry export --format requirements.txt",
	"uv.lock": "uv export --format requirements-txt",
	"Pipfile.lock": "pipenv requirements --hash",
	"pyproject.toml": "pip-compile --generate-hashes",
};

export const g01Requirements: Check = {
	id: "G01",
	title: "Python dependencies are exact and hashed",
	severity: "block",
	refuses:
		"A requirement without one exact version or without sha256; one from an address, a path or version control; options that choose where packages come from; values from the environment; a name that stands twice.",
	why: "In December 2022 a package of the same name on PyPI replaced PyTorch nightly's torchtriton for everyone who installed with --extra-index-url; Ultralytics 8.3.41 (December 2024) and litellm 1.82.7 (March 2026) carried malicious code under a version number that ranges took at once. A version with its hash is the archive that was tried, or nothing.",
	rules: "1",
	async run(context) {
		const files = await requirementFiles(context);
		const named = await unreadable(context);
		if (named !== undefined) return judge([named], pass(""));
		if (files.length === 0) return skipped(await whyNone(context));
		const findings: Finding[] = [];
		let requirements = 0;
		for (const file of files) {
			try {
				const text = await context.text(file, REQUIREMENTS_MAX_BYTES);
				const lines = readRequirements(text);
				for (const { message, line, ...rest } of faultsOfLines(lines)) {
					findings.push({ ...rest, message: `${file}:${line}: ${message}`, file, line });
				}
				requirements += lines.filter(({ kind }) => kind === "requirement").length;
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		return { ...judge(findings, pass(`${requirements} exact and hashed in ${files.join(", ")}`)), notVerified: NOT_VERIFIED };
	},
};

/** The file the manifest names, when it may be one, and every requirements.lock. */
async function requirementFiles(context: CheckContext): Promise<string[]> {
	const named = namedDependencies(await context.manifest());
	const found = new Set(
		context
			.content()
			.map(({ path }) => path)
			.filter((path) => /(^|\/)requirements\.lock$/.test(path)),
	);
	if (named !== undefined && context.has(named) && /\.(txt|lock|in)$/i.test(named) && OTHER_TOOLS[baseName(named)] === undefined)
		found.add(named);
	return [...found].sort();
}

/** The named file is some other tool's. */
async function unreadable(context: CheckContext): Promise<Finding | undefined> {
	const named = namedDependencies(await context.manifest());
	if (named === undefined || !context.has(named) || /(^|\/)(package-lock|npm-shrinkwrap)\.json$/.test(named)) return undefined;
	const command = OTHER_TOOLS[baseName(named)];
	if (command === undefined && /\.(txt|lock|in)$/i.test(named)) return undefined;
	const isConda = /\.ya?ml$/i.test(named);
	const message = `${named} is no lock that is read here${isConda ? ": a conda environment has no hashes" : ""}`;
	const hint = `${command === undefined ? "Let headgate init --lock" : `Let ${command}`} write requirements.lock and name that under dependencies.`;
	return { code: "dependency.format", message, hint, file: named };
}

async function whyNone(context: CheckContext): Promise<string> {
	const manifest = await context.manifest();
	if (manifest === undefined) return "there is no requirements.lock";
	if (typeof manifest.dependencies !== "string") return `no dependencies: ${manifest.dependencies.none}`;
	return context.has(manifest.dependencies)
		? `${manifest.dependencies} is not Python's`
		: `${manifest.dependencies} is not there (A05)`;
}

function baseName(path: string): string {
	return path.split("/").at(-1)!;
}
