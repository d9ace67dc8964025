import { setImmediate } from "node:timers/promises";
import { codeSmells } from "../../contents/code/code-smells.ts";
import { codeView, languageOf } from "../../contents/code/code-view.ts";
import { placeIn } from "../../contents/jinja/template-token.ts";
import { type Check, type Finding, isEnough, judge, pass, skipped } from "../check.ts";

const MAX_FILE_BYTES = 512 * 1024;
const MAX_BYTES = 16 * 1024 * 1024;
const HINT = "Review the line: code beside a model turns inputs into tensors and tensors into answers.";

export const f06CodeSmells: Check = {
	id: "F06",
	title: "Code does only what a model needs",
	severity: "warn",
	refuses:
		"Nothing: it warns of Python and JavaScript that opens connections, starts processes, runs code it puts together, or changes files.",
	why: "An aid for a review, no boundary: code that hides what it does is not found.",
	rules: "1",
	async run(context) {
		const files = context.content().filter(({ path }) => languageOf(path) !== undefined);
		if (files.length === 0) return skipped("there is no code");
		const findings: Finding[] = [];
		const unread: string[] = [];
		let bytes = 0;
		for (const { path, size } of files) {
			bytes += size;
			if (size > MAX_FILE_BYTES || bytes > MAX_BYTES) {
				unread.push(path);
				continue;
			}
			if (isEnough(findings)) break;
			const language = languageOf(path)!;
			const text = Buffer.from(await (await context.open(path)).read(0, size)).toString("utf8");
			for (const { what, at } of codeSmells(codeView(text, language), language)) {
				const { line, column } = placeIn(text, at);
				findings.push({ code: "code.smell", message: `${path}, line ${line}: ${what}`, hint: HINT, file: path, line, column });
			}
			await setImmediate();
			context.signal.throwIfAborted();
		}
		const count = files.length;
		const outcome = judge(findings, pass(`${count} file${count === 1 ? "" : "s"} of code`));
		return unread.length === 0
			? outcome
			: { ...outcome, notVerified: [`code that is too large to read: ${unread.slice(0, 5).join(", ")}`] };
	},
};
