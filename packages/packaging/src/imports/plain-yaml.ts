import { parseDocument } from "yaml";

/** A YAML value in which every scalar is the text that stands in the file: `3.10` stays `3.10`. */
export type PlainYaml = string | readonly PlainYaml[] | { readonly [key: string]: PlainYaml };

const MAX_CHARACTERS = 1024 * 1024;
const MAX_ALIASES = 10;

/**
 * Reads YAML of other tools without giving any scalar a type. Throws PlainYamlFault: not YAML, a key twice, too many aliases,
 * nested too deeply, above 1 MiB.
 */
export function readPlainYaml(text: string): PlainYaml {
	if (text.length > MAX_CHARACTERS) throw new PlainYamlFault("it is larger than 1 MiB");
	try {
		const document = parseDocument(text, {
			version: "1.2",
			schema: "failsafe",
			uniqueKeys: true,
			prettyErrors: false,
			logLevel: "error",
		});
		const [fault] = document.errors;
		if (fault !== undefined) throw new PlainYamlFault(fault.message.slice(0, 200));
		return plain(document.toJS({ maxAliasCount: MAX_ALIASES }));
	} catch (error) {
		if (error instanceof PlainYamlFault) throw error;
		if (error instanceof ReferenceError) throw new PlainYamlFault(`it expands more than ${MAX_ALIASES} aliases`);
		throw new PlainYamlFault("it is nested too deeply");
	}
}

export class PlainYamlFault extends Error {}

/** A value of a map; undefined for what is absent, empty or written as null. */
export function entry(value: PlainYaml | undefined, ...keys: readonly string[]): PlainYaml | undefined {
	const found = keys.reduce<PlainYaml | undefined>((node, key) => {
		return typeof node === "object" && !Array.isArray(node) && Object.hasOwn(node, key)
			? (node as Record<string, PlainYaml>)[key]
			: undefined;
	}, value);
	return typeof found === "string" && /^(null|~|)$/i.test(found) ? undefined : found;
}

/** The same, only when it is a text. */
export function textEntry(value: PlainYaml | undefined, ...keys: readonly string[]): string | undefined {
	const found = entry(value, ...keys);
	return typeof found === "string" ? found : undefined;
}

/** The texts of a list, or the one text that stands instead of a list. */
export function textList(value: PlainYaml | undefined): string[] {
	if (typeof value === "string") return [value];
	return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function plain(value: unknown): PlainYaml {
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return value === null || value === undefined ? "" : String(value);
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
