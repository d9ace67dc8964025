/** One line of a requirements file, read as pip reads it. */
export type RequirementLine =
	| Requirement
	| { readonly kind: "option"; readonly line: number; readonly option: string; readonly value: string }
	/** Something pip would fetch or build from elsewhere than an index. */
	| { readonly kind: "source"; readonly line: number; readonly written: string; readonly source: RequirementSource }
	| { readonly kind: "malformed"; readonly line: number; readonly problem: string };

export type RequirementSource = "a version-control address" | "an address" | "a path" | "an editable install";

/** A distribution from an index. */
export interface Requirement {
	readonly kind: "requirement";
	/** From 1: where it begins. */
	readonly line: number;
	/** In the normal form of PEP 503: lower case, one hyphen for each run of `-`, `_` and `.`. */
	readonly name: string;
	/** As it stands in the file, without hashes and marker. */
	readonly written: string;
	readonly extras: readonly string[];
	/** `==1.2`, `>=1,<2`; empty for any version. */
	readonly specifier: string;
	/** The only version that fits, when the specifier leaves just one. */
	readonly pinned?: string;
	/** PEP 508: when it is needed. */
	readonly marker?: string;
	/** As written: `sha256:<digits>`. */
	readonly hashes: readonly string[];
	/** Options on the line other than `--hash`. */
	readonly options: readonly string[];
}

/** The normal form of a distribution's name (PEP 503). */
export function normalName(name: string): string {
	return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** A requirement in the one form that cannot carry anything else: name, extras, specifier, marker. */
export function renderRequirement({ name, extras, specifier, marker }: Requirement): string {
	const wanted = extras.length === 0 ? "" : `[${extras.join(",")}]`;
	return `${name}${wanted}${specifier}${marker === undefined ? "" : ` ; ${marker}`}`;
}
