import { entry, type PlainYaml, PlainYamlFault, readPlainYaml, textEntry, textList } from "./plain-yaml.ts";

/** What the head of a model card says. */
export interface ModelCard {
	/** As written: `apache-2.0`, `llama3.1`, `other`. */
	readonly license?: string;
	readonly licenseName?: string;
	/** `owner/name` of the models this one was made from. */
	readonly baseModels: readonly string[];
	readonly task?: string;
}

const MAX_CHARACTERS = 65_536;

/** The YAML between two `---` lines at the head of a README. Without one, or with one that is no YAML, an empty card. */
export function readModelCard(readme: string): ModelCard {
	const head = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(\r?\n|$)/.exec(readme.slice(0, MAX_CHARACTERS))?.[1];
	const yaml = head === undefined ? undefined : quietly(head);
	const [license] = textList(entry(yaml, "license"));
	const licenseName = textEntry(yaml, "license_name");
	const task = textEntry(yaml, "pipeline_tag");
	return {
		...(license === undefined ? {} : { license }),
		...(licenseName === undefined ? {} : { licenseName }),
		baseModels: textList(entry(yaml, "base_model")),
		...(task === undefined ? {} : { task }),
	};
}

function quietly(text: string): PlainYaml | undefined {
	try {
		return readPlainYaml(text);
	} catch (error) {
		if (error instanceof PlainYamlFault) return undefined;
		throw error;
	}
}
