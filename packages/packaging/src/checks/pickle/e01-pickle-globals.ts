import { type Check, judge, pass, skipped } from "../check.ts";
import { pickleFiles } from "./pickle-family.ts";

export const e01PickleGlobals: Check = {
	id: "E01",
	title: "Pickles do only what is allowed",
	severity: "block",
	refuses:
		"A pickle, joblib or torch file, whatever its name and inside zip archives too, that names a class or function that is not on the " +
		"allow-list, calls what it computes, sets a foreign object's state, or cannot be read to its end.",
	why:
		"Loading a pickle runs what it says: over 100 models with back doors stood on Hugging Face in 2024 (JFrog), broken pickles still ran " +
		"their first half (nullifAI, 2025), and scanners that list what is bad were passed again and again (CVE-2025-1716, CVE-2025-10155 to " +
		"-10157, pkgutil.resolve_name). Allowed is what is listed, and what cannot be read is refused.",
	deadlineMs: 120_000,
	rules: "2",
	async run(context) {
		const files = await pickleFiles(context);
		if (files.length === 0) return skipped("no file is a pickle, by name or by content");
		const findings = files.flatMap((file) => file.findings);
		const names = files.map(({ path, kind }) => `${path} (${kind})`).join(", ");
		const only = "; served only by runtime.kind python, with trust: pickle in artifacts";
		return judge(findings, pass(`${names}${only}`, { files: files.map(({ path, kind }) => ({ path, kind })) }));
	},
};
