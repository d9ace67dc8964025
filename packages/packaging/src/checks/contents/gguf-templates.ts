import { printable } from "../../files/package-path.ts";
import { type GgufHeader, ggufString, isChatTemplate } from "../../formats/gguf/gguf-file.ts";
import { readGgufHeader } from "../../formats/gguf/read-gguf-header.ts";
import type { CheckContext } from "../context.ts";
import type { FoundTemplate } from "./find-templates.ts";

/** GGUF files whose metadata can be read, even where their tensors do not lie where they should. */
export function readableGguf(context: CheckContext): Promise<{ readonly path: string; readonly model: GgufHeader }[]> {
	return context.readable("gguf", readGgufHeader);
}

/** Chat templates in the metadata of GGUF files: `tokenizer.chat_template`, `tokenizer.chat_template.tool_use`, ... */
export async function ggufTemplates(context: CheckContext): Promise<FoundTemplate[]> {
	return (await readableGguf(context)).flatMap(({ path, model }) => {
		return Object.keys(model.metadata).flatMap((key) => {
			const text = isChatTemplate(key) ? ggufString(model, key) : undefined;
			return text === undefined ? [] : [{ file: path, name: `${path}: ${printable(key.slice(0, 80))}`, text, whole: false }];
		});
	});
}
