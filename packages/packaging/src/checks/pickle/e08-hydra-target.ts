import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";

/** At the beginning of a key, in block or flow style, quoted or not. */
const TARGET = /(?:^|[\s{,?-])["']?_target_["']?\s*:\s*["']?([^\s"',}#]{0,120})/;

export const e08HydraTarget: Check = {
	id: "E08",
	title: "No configuration names code",
	severity: "block",
	refuses: "A key _target_ in a YAML file of the package.",
	why: "Hydra and NeMo import and call what stands under _target_ (CVE-2025-23304).",
	rules: "1",
	async run(context) {
		const files = context.content().filter(({ path }) => /\.ya?ml$/i.test(path) && path !== "model.yaml");
		if (files.length === 0) return skipped("the package holds no YAML file besides its manifest");
		const findings: Finding[] = [];
		for (const { path: file } of files) {
			try {
				findings.push(...targets(await context.text(file), file));
			} catch (error) {
				if (!(error instanceof HeadgateError) || error.code !== "file.unreadable") throw error;
				findings.push({ code: error.code, message: error.message, hint: "Save it as UTF-8, below 4 MiB.", file });
			}
		}
		return judge(findings, pass(`${files.length} YAML file${files.length === 1 ? "" : "s"}`));
	},
};

function targets(text: string, file: string): Finding[] {
	return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
		const match = TARGET.exec(line.slice(0, 10_000).replace(/\\(?:x5f|u005f|U0000005f)/gi, "_"));
		if (match === null) return [];
		const called = match[1] === "" ? "a class or function" : printable(match[1]!);
		const message = `${file} line ${index + 1} names ${called} under _target_, which is imported and called`;
		return [{ code: "hydra.target", message, hint: new HeadgateError("hydra.target", "").hint, file, line: index + 1 }];
	});
}
