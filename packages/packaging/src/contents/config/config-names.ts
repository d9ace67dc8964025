/** JSON files that Hugging Face libraries read before anything else: one that cannot be read is a fault by itself. */
const READ_FIRST =
	/(^|\/)(config|tokenizer_config|generation_config|preprocessor_config|processor_config|adapter_config|chat_template|model_index)\.json$/;

/** Names under which libraries look for configuration; `evaluation.json` that quotes one is none. */
const CONFIG = /(^|\/)([^/]*config[^/]*|model_index|modules|chat_template)\.json$/i;

export function isReadFirst(path: string): boolean {
	return READ_FIRST.test(path);
}

export function isConfigFile(path: string): boolean {
	return CONFIG.test(path);
}

/** The folder of a path with its `/`, empty at the top. */
export function folderOf(path: string): string {
	return path.slice(0, path.lastIndexOf("/") + 1);
}
