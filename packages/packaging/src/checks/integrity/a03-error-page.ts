import { printable } from "../../files/package-path.ts";
import { type Check, fail, pass, skipped } from "../check.ts";

/** What Hugging Face, object stores and web servers say in one line instead of the file. */
const SENTENCE =
	/^(\d{3}:? |HTTP\/\S+ \d{3}|(Repository|Entry|Revision|Page|File|Object) )?(Not Found|Forbidden|Unauthorized|Bad Gateway|Bad Request|Service Unavailable|Too Many Requests|Internal Server Error|Gateway Time-?out|Access Denied)\b|^Invalid (username or password|credentials)|^Access to model |^Invalid user token/i;
const MAX_SENTENCE_BYTES = 4096;
const TEXT = /\.(txt|md|rst|json|jsonl|ya?ml|csv|xml|pmml|html?|svg)$/i;

export const a03ErrorPage: Check = {
	id: "A03",
	title: "Weights are no error page",
	severity: "block",
	refuses:
		"A weight file that begins like HTML, XML or a JSON error, or is a sentence such as `Repository not found`: what a failed download leaves.",
	why: "Login pages and refusals of object stores are saved under the name of the weights whenever a download does not look at its status.",
	async run(context) {
		const weights = await context.weights();
		if (weights.length === 0) return skipped("the package has no weight file");
		for (const path of weights) {
			const source = await context.open(path);
			const text = textOf(Buffer.from(await source.read(0, 512)));
			const isError = /^\{\s*"(error|errors|message|detail|Code)"\s*:/i.test(text);
			// A text that is looked at alone may be what its name says.
			const isText = !context.input.withManifest && TEXT.test(path);
			const isPage = /^<(!|\?|[A-Za-z])/.test(text) || /^\{\s*"(error_?code|status|status_?code)"\s*:/i.test(text);
			const isSentence = source.size < MAX_SENTENCE_BYTES && SENTENCE.test(text);
			if (!isError && (isText || (!isPage && !isSentence))) continue;
			const shown = printable(text.slice(0, 24).split("\n")[0]!);
			const message = `${path} starts with '${shown}': the download probably returned an error page`;
			return fail("weights.not-binary", message, "Open the address in a browser, sign in, and download the file again.", {
				file: path,
			});
		}
		return pass(`${weights.length} weight file${weights.length === 1 ? "" : "s"}`);
	},
};

/** Without a byte order mark and the space before it. */
function textOf(head: Buffer): string {
	const isWide = head.length >= 2 && (head.readUInt16LE(0) === 0xfeff || head.readUInt16LE(0) === 0xfffe);
	const text = head.toString("latin1");
	return (isWide ? text.slice(2).replaceAll("\0", "") : text.replace(/^\xef\xbb\xbf/, "")).trimStart();
}
