import { scanSecrets } from "../../contents/secrets/scan-secrets.ts";
import { secretFileKind } from "../../contents/secrets/secret-files.ts";
import { printable } from "../../files/package-path.ts";
import { sideBySide } from "../../files/side-by-side.ts";
import { type Check, type Finding, isEnough, judge, pass } from "../check.ts";

const AT_ONCE = 24;
/** Texts are read whole until all of them together have so many bytes. */
const MAX_TEXT_BYTES = 192 * 1024 * 1024;
const HINT = "Revoke it where it was issued, then take it out of the file and its history: who has the package has the secret.";

export const f07Secrets: Check = {
	id: "F07",
	title: "No secrets",
	severity: "block",
	refuses:
		"Tokens and keys (Hugging Face, AWS, GitHub, GitLab, OpenAI, Anthropic, Slack, Google, Azure, npm, PyPI, private keys, JSON web tokens) in " +
		"text files, notebooks with their outputs, and the first and last MiB of binary files; files made for secrets, such as `.env`.",
	why: "Of the tokens left in public repositories 1,681 worked when Lasso tried them, 655 of them with write access. Only the kind, the place and the last four characters are shown.",
	rules: "1",
	async run(context) {
		const files = context.content();
		const findings: Finding[] = [];
		const partly: string[] = [];
		let textBytes = 0;
		await sideBySide(files, AT_ONCE, async ({ path, size }) => {
			const kind = secretFileKind(path);
			if (kind !== undefined && size > 0) {
				const message = `${path} is an ${kind}`.replace(/ an (?=[^aeiouAEIOU])/, " a ");
				findings.push({ code: "secret.file", message, hint: "Take the file out, and revoke what it holds.", file: path });
			}
			if (isEnough(findings)) return;
			const found = await scanSecrets(await context.open(path), MAX_TEXT_BYTES - textBytes, context.signal);
			const { secrets } = found;
			textBytes += found.textBytes;
			if (found.cut) partly.push(path);
			for (const { kind: name, offset, line, tail } of secrets) {
				const place = line === undefined ? `at offset ${offset.toLocaleString("en")}` : `line ${line}`;
				const end = tail === "" ? "" : ` that ends in ${printable(tail)}`;
				const message = `${path}, ${place}: ${article(name)} ${name}${end}`;
				const where = line === undefined ? { offset } : { line };
				findings.push({ code: "secret.found", message, hint: HINT, file: path, ...where });
			}
		});
		const outcome = judge(
			inOrder(findings),
			pass(`none in ${files.length.toLocaleString("en")} file${files.length === 1 ? "" : "s"}`),
		);
		return partly.length === 0 ? outcome : { ...outcome, notVerified: [unseen(partly)] };
	},
};

function unseen(partly: readonly string[]): string {
	const first = partly.toSorted()[0]!;
	const more = partly.length === 1 ? "" : ` and ${(partly.length - 1).toLocaleString("en")} more`;
	return `secrets between the first and the last MiB of ${first}${more}`;
}

function article(name: string): string {
	return /^[AEIO]/.test(name) ? "an" : "a";
}

/** Files are read side by side: their findings stand in the order of their paths all the same. */
function inOrder(findings: readonly Finding[]): Finding[] {
	return findings.toSorted((a, b) => (a.file! < b.file! ? -1 : a.file! > b.file! ? 1 : 0));
}
