import { folderOf, isConfigFile, isReadFirst } from "../../contents/config/config-names.ts";
import { importedModules, remoteCode } from "../../contents/config/remote-code.ts";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { readConfigs } from "./read-configs.ts";

const HINT = "Take the entry out and use a class of the library, or export the model to ONNX: code of a package is not run.";

export const f01RemoteCode: Check = {
	id: "F01",
	title: "Configuration loads no code",
	severity: "block",
	refuses:
		"A JSON configuration with `auto_map`, `custom_pipelines`, `model_file`, `trust_remote_code: true` or a class of another " +
		"repository (`repo--file.Class`), however deep; a configuration that cannot be read.",
	why:
		"Libraries import what these entries name: CVE-2025-66448 (vLLM ran auto_map of a nested config although remote code was off), " +
		"CVE-2026-4944 (trust_remote_code fixed to true), CVE-2026-5843 (model_file of MLX).",
	rules: "2",
	async run(context) {
		const configs = await readConfigs(context, isConfigFile);
		const findings: Finding[] = [];
		for (const { path, document, problem } of configs) {
			if (problem !== undefined && isReadFirst(path)) findings.push(problem);
			const here = folderOf(path);
			const imports = path.endsWith("modules.json") ? importedModules(document, (file) => context.has(here + file)) : [];
			for (const found of [...remoteCode(document), ...imports]) {
				findings.push({
					code: "contents.remote-code",
					message: `${path}: ${printable(found.path)} ${printable(found.what)}`,
					hint: HINT,
					file: path,
					...(found.mild ? { severity: "warn" as const } : {}),
				});
			}
		}
		if (configs.length === 0) return skipped("there is no JSON configuration");
		return judge(findings, pass(`${configs.length} configuration${configs.length === 1 ? "" : "s"} name no code`));
	},
};
