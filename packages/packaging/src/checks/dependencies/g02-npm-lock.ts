import { npmFaults } from "../../dependencies/npm-faults.ts";
import { readNpmLock } from "../../dependencies/read-npm-lock.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";

const NOT_VERIFIED = ["known vulnerabilities of the npm dependencies"];
const LOCK = /(^|\/)(package-lock|npm-shrinkwrap)\.json$/;
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall", "prepare"];

export const g02NpmLock: Check = {
	id: "G02",
	title: "npm dependencies are exact and hashed",
	severity: "high",
	refuses:
		"A package-lock.json that is not of version 3; an entry without sha512, from another registry than the others, or resolved to another package's archive; install scripts; a package.json with dependencies and no lock.",
	why: "Nx (August 2025) and the npm worms of that autumn ran in a postinstall script on the machine of whoever installed them; a lock whose addresses were edited installs another package under the same name.",
	rules: "1",
	async run(context) {
		const paths = context
			.content()
			.map(({ path }) => path)
			.filter((path) => !path.includes("node_modules/"));
		const locks = paths.filter((path) => LOCK.test(path));
		const findings: Finding[] = [];
		for (const path of paths.filter((candidate) => /(^|\/)package\.json$/.test(candidate)))
			findings.push(...(await packageFindings(context, path, locks)));
		let entries = 0;
		for (const file of locks) {
			try {
				const found = await lockFindings(context, file);
				entries += found.entries;
				findings.push(...found.findings);
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		if (locks.length === 0 && findings.length === 0) return skipped("there is no package-lock.json");
		return { ...judge(findings, pass(`${entries} exact and hashed in ${locks.join(", ")}`)), notVerified: NOT_VERIFIED };
	},
};

async function lockFindings(context: CheckContext, file: string): Promise<{ entries: number; findings: Finding[] }> {
	const text = await context.text(file);
	const lock = readNpmLock(await context.json(file));
	if (lock === undefined) {
		const hint = "Let npm install write it again.";
		return { entries: 0, findings: [{ code: "dependency.npm-version", message: `${file} is no package-lock.json`, hint, file }] };
	}
	const findings = npmFaults(lock).map(({ key, message, ...rest }): Finding => {
		const line = lineOf(text, key);
		return {
			...rest,
			message: `${file}${line === undefined ? "" : `:${line}`}: ${message}`,
			file,
			...(line === undefined ? {} : { line }),
		};
	});
	return { entries: lock.entries.filter(({ key }) => key !== "").length, findings };
}

/** Where a key stands; only the first 100 findings are shown, so the search is not repeated without end. */
function lineOf(text: string, key: string): number | undefined {
	const at = text.indexOf(`${JSON.stringify(key)}:`);
	return at === -1 ? undefined : text.slice(0, at).split("\n").length;
}

async function packageFindings(context: CheckContext, file: string, locks: readonly string[]): Promise<Finding[]> {
	let json: { dependencies?: unknown; scripts?: unknown } | null;
	try {
		json = (await context.json(file)) as typeof json;
	} catch (error) {
		return [findingOf(error, file)];
	}
	const findings: Finding[] = [];
	const folder = file.slice(0, -"package.json".length);
	const wanted = typeof json?.dependencies === "object" && json.dependencies !== null ? Object.keys(json.dependencies).length : 0;
	if (wanted > 0 && !locks.some((lock) => lock.startsWith(folder) && !lock.slice(folder.length).includes("/"))) {
		const message = `${file} names ${wanted} dependenc${wanted === 1 ? "y" : "ies"} and there is no package-lock.json beside it`;
		findings.push({ code: "dependency.npm-version", message, hint: "Run npm install --package-lock-only there.", file });
	}
	const scripts = typeof json?.scripts === "object" && json.scripts !== null ? Object.keys(json.scripts) : [];
	for (const script of INSTALL_SCRIPTS.filter((name) => scripts.includes(name))) {
		const message = `${file} has the script ${script}, which runs when it is installed`;
		findings.push({ code: "dependency.npm-script", message, hint: "Ship what it makes instead.", file });
	}
	return findings;
}
