/** What a licence asks that a person should know before a model is served. */
export interface LicenceTerms {
	/** The family in which the terms lie; two that differ are worth a look. */
	readonly family: string;
	/** One sentence. */
	readonly says: string;
}

const TERMS: readonly (readonly [RegExp, LicenceTerms])[] = [
	[/cc-by-nc/i, { family: "non-commercial", says: "allows no commercial use" }],
	[/(non-?commercial|research-only|mnpl|mrl)/i, { family: "non-commercial", says: "may allow research only" }],
	[/cc-by(-nc)?-nd/i, { family: "no derivatives", says: "allows no changed copies, a fine-tuned model among them" }],
	[/llama/i, { family: "llama", says: "limits use (acceptable use policy, 700 million users) and asks for the name Llama" }],
	[/gemma/i, { family: "gemma", says: "passes its prohibited uses on to everyone who uses the model" }],
	[/rail/i, { family: "openrail", says: "passes its use restrictions on to everyone who uses the model" }],
	[/(deepseek|qwen|falcon|bigscience|tongyi)/i, { family: "own terms", says: "is the maker's own and restricts use" }],
	[/^(agpl|sspl)/i, { family: "network copyleft", says: "asks for the source of a service that is made with it" }],
	[/^gpl/i, { family: "copyleft", says: "asks that what is passed on with it has the same licence" }],
	[
		/(^|-)(unlicensed|proprietary)$/i,
		{ family: "proprietary", says: "grants nothing by itself: somebody has to have the permission" },
	],
];

/** What is notable about a licence; undefined for licences without such terms. */
export function licenceTerms(id: string): LicenceTerms | undefined {
	return TERMS.find(([pattern]) => pattern.test(id))?.[1];
}

/** Families that show in the name of a base model, such as `meta-llama/Llama-3.1-8B`. */
export function termsOfBaseModel(reference: string): LicenceTerms | undefined {
	const family = /(^|[/-])(code-?)?llama/i.test(reference) ? "llama" : /(^|[/-])gemma/i.test(reference) ? "gemma" : undefined;
	return family === undefined ? undefined : licenceTerms(family);
}
