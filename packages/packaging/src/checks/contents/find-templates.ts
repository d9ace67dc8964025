import { chatTemplates, isTemplateFile } from "../../contents/config/chat-templates.ts";
import { isReadFirst } from "../../contents/config/config-names.ts";
import { printable } from "../../files/package-path.ts";
import { sideBySide } from "../../files/side-by-side.ts";
import { type Finding, findingOf } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { readConfigs } from "./read-configs.ts";

/** A template of the package and where it stands. */
export interface FoundTemplate {
	readonly file: string;
	/** The file itself, or the place in it. */
	readonly name: string;
	readonly text: string;
	/** The file is the template: its lines are the template's. */
	readonly whole: boolean;
}

export interface FoundTemplates {
	readonly templates: readonly FoundTemplate[];
	/** What could not be read. */
	readonly problems: readonly Finding[];
}

export const MAX_TEMPLATE_BYTES = 256 * 1024;
/** Files of data, never of templates. */
const DATA = /(^|\/)(tokenizer|vocab|added_tokens|package-lock)\.json$|\.index\.json$/;

/** JSON that is no table of data. */
export function isPlainJson(path: string): boolean {
	return /\.json$/i.test(path) && !DATA.test(path);
}

/** Every chat template of Hugging Face files: in JSON under `chat_template`, and files of Jinja. */
export async function findTemplates(context: CheckContext): Promise<FoundTemplates> {
	const templates: FoundTemplate[] = [];
	const problems: Finding[] = [];
	for (const { path, document, problem } of await readConfigs(context, isPlainJson)) {
		if (problem !== undefined && isReadFirst(path)) problems.push(problem);
		for (const { name, text } of chatTemplates(document)) {
			templates.push({ file: path, name: `${path}: ${printable(name)}`, text, whole: false });
		}
	}
	const files = context.content().filter(({ path }) => isTemplateFile(path));
	await sideBySide(files, 8, async ({ path, size }) => {
		if (size > MAX_TEMPLATE_BYTES) {
			const message = `${path} has ${size.toLocaleString("en")} bytes, a template at most ${MAX_TEMPLATE_BYTES.toLocaleString("en")}`;
			problems.push({ code: "template.limit", message, hint: "Take out what is no part of a chat template.", file: path });
			return;
		}
		try {
			templates.push({ file: path, name: path, text: await context.text(path, MAX_TEMPLATE_BYTES), whole: true });
		} catch (error) {
			problems.push(findingOf(error, path));
		}
	});
	return { templates: templates.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)), problems };
}
