/** A chat template as a configuration holds it. */
export interface NamedTemplate {
	/** Such as `chat_template` or `chat_template 'tool_use'`. */
	readonly name: string;
	readonly text: string;
}

const MAX_TEMPLATES = 100;

/** The templates under `chat_template`: a text, a list of `{ name, template }`, or texts by name. At most 100. */
export function chatTemplates(document: unknown): NamedTemplate[] {
	const held = (document as { chat_template?: unknown } | null | undefined)?.chat_template;
	if (typeof held === "string") return [{ name: "chat_template", text: held }];
	if (typeof held !== "object" || held === null) return [];
	const entries = Array.isArray(held) ? held.map(nameAndText) : Object.entries(held);
	return entries
		.filter((entry): entry is [string, string] => typeof entry[1] === "string")
		.slice(0, MAX_TEMPLATES)
		.map(([name, text]) => ({ name: `chat_template '${name.slice(0, 40)}'`, text }));
}

function nameAndText(entry: unknown): [string, unknown] {
	const { name, template } = (entry ?? {}) as { name?: unknown; template?: unknown };
	return [typeof name === "string" ? name : "", template];
}

/** Files that are templates as a whole. */
export function isTemplateFile(path: string): boolean {
	return /\.(jinja2?|j2|template)$/i.test(path);
}
