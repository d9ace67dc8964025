import { HeadgateError } from "@headgate/protocol";
import { judgeTemplate, type TemplateFault } from "../../contents/jinja/judge-template.ts";
import { placeIn } from "../../contents/jinja/template-token.ts";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, findingOf, isEnough, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { type FoundTemplate, findTemplates, MAX_TEMPLATE_BYTES } from "./find-templates.ts";
import { ggufTemplates } from "./gguf-templates.ts";

const HINTS: Readonly<Record<TemplateFault["code"], string>> = {
	"template.unsafe":
		"Take the chat template of the model's publisher: a template needs messages, roles and special tokens, nothing of Python.",
	"template.limit": "Take the loop or the repetition out: a template goes once through messages and tools.",
	"template.malformed": "Correct the template; jinja2.Environment().parse(text) shows the same place.",
};

export const d04ChatTemplate: Check = {
	id: "D04",
	title: "Chat templates stay in their sandbox",
	severity: "block",
	refuses:
		"A chat template (GGUF `tokenizer.chat_template*`, `chat_template` of JSON files, Jinja files) that reaches into Python, takes in other " +
		"files, loops or repeats without end, cannot be parsed, or is larger than 256 KiB.",
	why:
		"Runtimes render the template of a model with Jinja: CVE-2024-34359 (llama-cpp-python ran any code of a GGUF file's template), " +
		"CVE-2026-5760 (SGLang, the same).",
	rules: "1",
	async run(context) {
		const found = await findTemplates(context);
		const templates = [...found.templates, ...(await ggufTemplates(context))];
		const findings: Finding[] = [...found.problems];
		for (const template of templates) {
			findings.push(...(await findingsOf(template, context)));
			if (isEnough(findings)) break;
		}
		if (templates.length === 0 && findings.length === 0) return skipped("there is no chat template");
		const count = templates.length;
		return judge(findings, pass(`${count} template${count === 1 ? "" : "s"} read`));
	},
};

async function findingsOf(template: FoundTemplate, context: CheckContext): Promise<Finding[]> {
	const { file, name, text } = template;
	const bytes = Buffer.byteLength(text);
	if (bytes > MAX_TEMPLATE_BYTES) {
		const message = `${name} has ${bytes.toLocaleString("en")} bytes, at most ${MAX_TEMPLATE_BYTES.toLocaleString("en")} are read`;
		return [{ code: "template.limit", message, hint: HINTS["template.limit"], file }];
	}
	try {
		const faults = await judgeTemplate(text, name, context.signal);
		return faults.map((fault) => findingIn(template, fault));
	} catch (error) {
		if (!(error instanceof HeadgateError)) throw error;
		return [{ ...findingOf(error, file), hint: HINTS["template.malformed"], ...mildFor(file) }];
	}
}

function findingIn({ file, name, text, whole }: FoundTemplate, { code, what, at, mild }: TemplateFault): Finding {
	const { line, column } = placeIn(text, at);
	return {
		code,
		message: `${name}, line ${line}, column ${column}: ${printable(what)}`,
		hint: HINTS[code],
		file,
		...(whole ? { line, column } : {}),
		...(mild ? { severity: "warn" as const } : code === "template.malformed" ? mildFor(file) : {}),
	};
}

/** `.template` is the name of many languages' templates. */
function mildFor(file: string): { severity?: "warn" } {
	return file.endsWith(".template") ? { severity: "warn" } : {};
}
