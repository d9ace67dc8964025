import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { draftDependencies, REQUIREMENTS_LOCK } from "./draft-dependencies.ts";
import { viewFolder } from "./folder-view.ts";
import type { InitOptions } from "./init-folder.ts";
import { wantedDependencies } from "./wanted-dependencies.ts";

export interface LockReport {
	readonly written: readonly string[];
	readonly notes: readonly string[];
	/** Names that PyPI does not have. */
	readonly condaOnly: readonly string[];
	readonly python: string;
}

/**
 * Resolves the requirements of a folder into env/requirements.lock, and nothing else. Never overwrites one. Throws HeadgateError
 * `init.exists`, `init.nothing`, `init.requirements` and `init.unresolved`.
 */
export async function lockFolder(folder: string, options: Omit<InitOptions, "resolve"> = {}): Promise<LockReport> {
	const view = await viewFolder(folder);
	if (view.has(REQUIREMENTS_LOCK)) {
		throw new HeadgateError("init.exists", `${join(folder, REQUIREMENTS_LOCK)} exists and is left as it is`, {
			path: REQUIREMENTS_LOCK,
			hint: "Remove it first to resolve again.",
		});
	}
	const wanted = await wantedDependencies(view);
	const { text, problem, notes, condaOnly, python } = await draftDependencies(wanted, wanted.claims, {
		...options,
		resolve: true,
	});
	if (problem !== undefined)
		throw new HeadgateError(problem.isRefused ? "init.requirements" : "init.unresolved", problem.message, { path: folder });
	if (text === undefined || python === undefined) {
		const message =
			wanted.lock === undefined
				? `there is no requirements.txt or environment.yml in ${folder}`
				: `${wanted.lock} is exact and hashed already`;
		throw new HeadgateError("init.nothing", message, {
			path: folder,
			hint: "Write requirements.txt with the names the model needs.",
		});
	}
	await mkdir(dirname(join(folder, REQUIREMENTS_LOCK)), { recursive: true });
	await writeFile(join(folder, REQUIREMENTS_LOCK), text, { flag: "wx" });
	return { written: [REQUIREMENTS_LOCK], notes, condaOnly, python };
}
