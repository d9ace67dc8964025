import { minorOf } from "../dependencies/resolve/find-python.ts";
import { renderRequirementsLock } from "../dependencies/resolve/render-lock.ts";
import { type ResolveOptions, resolveRequirements } from "../dependencies/resolve/resolve-requirements.ts";
import { printable } from "../files/package-path.ts";
import { Gap, type Known } from "./layout.ts";
import { claimedVersion, disagreements, type VersionClaim } from "./version-claims.ts";
import type { WantedDependencies } from "./wanted-dependencies.ts";

export const REQUIREMENTS_LOCK = "env/requirements.lock";
const AGAIN = "then run headgate init --lock on this folder";

/** What became of a folder's wishes. */
export interface DraftDependencies {
	/** The lock's path, or what is missing for one. */
	readonly dependencies: Known | undefined;
	/** The text of `env/requirements.lock`, where it was made. */
	readonly text?: string;
	/** Exact versions that the lock has, by normal name. */
	readonly versions: ReadonlyMap<string, string>;
	/** Of the interpreter it was resolved with. */
	readonly python?: string;
	/** Names that PyPI does not have: the host has to. */
	readonly condaOnly: readonly string[];
	readonly notes: readonly string[];
	/** Why there is no lock, for a command that was asked for one. */
	readonly problem?: { readonly isRefused: boolean; readonly message: string };
}

/** Resolves what a folder wants into a lock; where that cannot be done, the gap says why and what to do. */
export async function draftDependencies(
	wanted: WantedDependencies,
	claims: readonly VersionClaim[],
	options: Omit<ResolveOptions, "wantedPython" | "mayBeMissing"> & { readonly resolve: boolean },
): Promise<DraftDependencies> {
	const nothing = { versions: new Map<string, string>(), condaOnly: wanted.condaOnly, notes: [] };
	const unresolved = (words: string, isRefused: boolean, then = AGAIN): DraftDependencies => {
		const message = printable(words.replace(/\s+/g, " ")).slice(0, 400);
		return {
			...nothing,
			dependencies: new Gap(`exact, hashed dependencies: ${message}; ${then}`),
			problem: { isRefused, message },
		};
	};
	if (wanted.lock !== undefined) return { ...nothing, dependencies: wanted.lock };
	if (wanted.refused.length > 0) {
		const more = wanted.refused.length === 1 ? "" : ` (and ${wanted.refused.length - 1} more)`;
		return unresolved(`not given to pip: ${wanted.refused[0]}${more}`, true, `take it out, ${AGAIN}`);
	}
	if (wanted.requirements.length === 0) return { ...nothing, dependencies: undefined };
	const differing = disagreements(claims);
	if (differing.length > 0) return unresolved(differing.join("; "), true, `make the files agree, ${AGAIN}`);
	if (!options.resolve) return unresolved(`${wanted.files.join(", ")} is not resolved`, false);
	const said = claims.filter(({ name }) => name === "python").map(({ version }) => version);
	const claimed = said.sort((a, b) => b.length - a.length)[0];
	const resolution = await resolveRequirements(wanted.requirements, {
		...options,
		wantedPython: claimed,
		mayBeMissing: wanted.fromConda,
	});
	if (!resolution.ok) {
		const by = resolution.python === undefined ? "" : `python ${resolution.python.version}: `;
		return unresolved(`${by}${resolution.reason}`, false);
	}
	const { locked, python, missing } = resolution;
	const versions = new Map(locked.map(({ name, version }) => [name, version]));
	const exact = claimedVersion("python", claims);
	const count = `${locked.length} distribution${locked.length === 1 ? "" : "s"}`;
	const forOther = typeof exact === "string" && exact !== python.version ? ` for ${exact}, with` : " with";
	const renamed = wanted.requirements
		.filter(({ name }) => wanted.fromConda.has(name) && versions.has(name))
		.map(({ name }) => name);
	return {
		dependencies: REQUIREMENTS_LOCK,
		text: renderRequirementsLock(locked, python, wanted.files),
		versions: claimed === undefined ? new Map([...versions, ["python", python.version]]) : versions,
		python: python.version,
		condaOnly: [...wanted.condaOnly, ...missing],
		notes: [
			`resolved ${wanted.files.join(", ")} to ${count}${forOther} python ${python.version} (${python.command}, pip ${python.pip}, ${python.platform})`,
			...(renamed.length === 0 ? [] : [`taken from PyPI although conda was asked: ${renamed.join(", ")}`]),
			...(claimed === undefined
				? [`no file says which python the model was made with: ${python.version} is written, correct it if it was another`]
				: []),
			...(typeof exact === "string" && exact !== python.version && minorOf(exact) === minorOf(python.version)
				? [`python ${exact} and ${python.version} take the same wheels; install ${exact} where the model runs`]
				: []),
		],
	};
}
