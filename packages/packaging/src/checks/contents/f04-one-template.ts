import { folderOf } from "../../contents/config/config-names.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { findTemplates } from "./find-templates.ts";
import { ggufTemplates } from "./gguf-templates.ts";

const HINT = "Keep one of them, or make them the same: which one is used depends on the runtime and its version.";

export const f04OneTemplate: Check = {
	id: "F04",
	title: "One chat template, not two that differ",
	severity: "warn",
	refuses: "Nothing: it warns of default chat templates beside each other that differ. What a template may hold is D04's.",
	why: "A template changes what a model says without touching its weights, and a second one is where a change goes unseen.",
	rules: "1",
	async run(context) {
		const { templates } = await findTemplates(context);
		const defaults = templates.filter(({ file, name, whole }) => {
			return whole ? /(^|\/)chat_template\.jinja$/.test(file) : /: chat_template( 'default')?$/.test(name);
		});
		const gguf = (await ggufTemplates(context)).filter(({ name }) => name.endsWith("tokenizer.chat_template"));
		const all = [...defaults, ...gguf];
		if (all.length === 0) return skipped("there is no default chat template");
		const findings: Finding[] = [];
		const first = new Map<string, (typeof all)[number]>();
		for (const template of all) {
			const folder = folderOf(template.file);
			const known = first.get(folder);
			if (known === undefined) first.set(folder, template);
			else if (known.text.trim() !== template.text.trim()) {
				const message = `${known.name} and ${template.name} differ (${known.text.length} and ${template.text.length} characters)`;
				findings.push({ code: "template.differs", message, hint: HINT, file: template.file });
			}
		}
		return judge(findings, pass(all.length === 1 ? "one" : `${all.length} that agree`));
	},
};
