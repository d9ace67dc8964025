import { printable } from "../../files/package-path.ts";
import { type Check, fail, pass, skipped } from "../check.ts";

export const a03ErrorPage: Check = {
	id: "A03",
	title: "Weights are no error page",
	severity: "block",
	refuses: "A weight file that begins like HTML, XML or a JSON error: what a failed download leaves.",
	why: "Login pages and refusals of object stores are saved under the name of the weights whenever a download does not look at its status.",
	async run(context) {
		const weights = await context.weights();
		if (weights.length === 0) return skipped("the package has no weight file");
		for (const path of weights) {
			const start = Buffer.from(await (await context.open(path)).read(0, 512))
				.toString("latin1")
				.replace(/^\xef\xbb\xbf/, "");
			const text = start.trimStart();
			const markup = /^<(!|\?|[A-Za-z])/.test(text);
			const jsonError = /^\{\s*"(error|errors|message|detail|Code)"\s*:/i.test(text);
			if (!markup && !jsonError) continue;
			const shown = printable(text.slice(0, 24).split("\n")[0]!);
			const message = `${path} starts with '${shown}': the download probably returned an error page`;
			return fail("weights.not-binary", message, "Open the address in a browser, sign in, and download the file again.", {
				file: path,
			});
		}
		return pass(`${weights.length} weight file${weights.length === 1 ? "" : "s"}`);
	},
};
