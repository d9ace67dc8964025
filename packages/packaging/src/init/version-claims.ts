import { normalName } from "../dependencies/requirement.ts";
import { Gap, type Known } from "./layout.ts";

/** One file's word on the version of something. */
export interface VersionClaim {
	/** `python`, or a distribution's name. */
	readonly name: string;
	readonly version: string;
	readonly file: string;
}

/** Sentences on names whose files do not agree: `scikit-learn is 1.5.2 in MLmodel and 1.1.2 in conda.yaml`. */
export function disagreements(claims: readonly VersionClaim[]): string[] {
	const names = [...new Set(claims.map(({ name }) => normalName(name)))];
	return names.flatMap((name) => {
		const words = wordsOf(name, claims);
		return words.length < 2 ? [] : [`${name} is ${words.join(" and ")}`];
	});
}

/** The version of a name, when all who speak of it mean the same and it is exact; else the gap. */
export function claimedVersion(name: string, claims: readonly VersionClaim[]): Known {
	const own = claims.filter((claim) => normalName(claim.name) === normalName(name));
	const words = wordsOf(name, claims);
	if (words.length > 1) return new Gap(`the exact version; ${words.join(", ")}`);
	const version = own.map((claim) => claim.version).sort((a, b) => b.length - a.length)[0];
	if (version === undefined)
		return new Gap(`the exact version that the model was made with, such as "${name === "python" ? "3.11.2" : "1.2.3"}"`);
	if (name === "python" && version.split(".").length < 3) return new Gap(`the exact version, not ${version} alone`);
	return version;
}

/** `1.5.2 in MLmodel`, once for each version; 3.11 is no other version than 3.11.2, only a shorter word for it. */
function wordsOf(name: string, claims: readonly VersionClaim[]): string[] {
	const own = claims.filter((claim) => normalName(claim.name) === normalName(name));
	const exact = own.filter(({ version }) => !own.some((other) => other.version.startsWith(`${version}.`)));
	const versions = [...new Set(exact.map(({ version }) => version))];
	return versions.map((version) => {
		const files = exact.filter((claim) => claim.version === version).map(({ file }) => file);
		return `${version} in ${[...new Set(files)].join(", ")}`;
	});
}
