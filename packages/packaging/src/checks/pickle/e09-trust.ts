import { HeadgateError, type Manifest } from "@headgate/protocol";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { pickleFiles } from "./pickle-family.ts";

export const e09Trust: Check = {
	id: "E09",
	title: "Files that can run code are trusted by name",
	severity: "block",
	refuses:
		"A pickle, joblib, torch or Keras file in a package whose runtime is not python, or that artifacts does not name with trust: pickle.",
	why: "No scan proves a pickle harmless: it is loaded in a process of its own, by an owner who said so in the manifest that is approved.",
	rules: "1",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("there is no manifest that can be read");
		const kinds = new Map((await pickleFiles(context)).map(({ path, kind }) => [path, kind as string]));
		for (const path of await context.filesOf("keras")) kinds.set(path, "keras");
		if (kinds.size === 0) return skipped("no file can run code when it is loaded");
		const findings = [...kinds].flatMap(([path, kind]) => distrust(manifest, path, kind));
		return judge(findings, pass([...kinds.keys()].join(", ")));
	},
};

function distrust(manifest: Manifest, path: string, kind: string): Finding[] {
	const { kind: runtime } = manifest.runtime;
	const finding = (message: string): Finding => ({
		code: "pickle.untrusted",
		message,
		hint: new HeadgateError("pickle.untrusted", "").hint,
		file: path,
	});
	const can = `${path} (${kind}) can run code when it is loaded`;
	if (runtime !== "python")
		return [finding(`${can}, and runtime.kind is ${runtime}: only python loads it in a process of its own`)];
	const artifact = manifest.artifacts?.find((candidate) => candidate.path === path);
	if (artifact === undefined) return [finding(`${can}, and artifacts does not name it`)];
	if (kind === "joblib" && artifact.format !== "joblib") {
		const message = `${path} holds arrays of joblib, and artifacts says format ${artifact.format}: another loader reads the arrays as opcodes`;
		return [{ ...finding(message), hint: "Write format: joblib, and load it with joblib.load." }];
	}
	return artifact.trust === "pickle" ? [] : [finding(`${can}, and artifacts names it without trust: pickle`)];
}
