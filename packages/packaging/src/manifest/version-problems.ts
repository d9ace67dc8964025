import type { Manifest } from "@headgate/protocol";
import { printable } from "../files/package-path.ts";
import type { ManifestProblem } from "./problem.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Released as three numbers: with two, the third is whatever is installed that day. */
const THREE_NUMBERS = new Set([
	...["python", "node", "onnxruntime", "numpy", "scipy", "pandas", "scikit-learn", "torch", "torchvision", "tensorflow", "keras"],
	...[
		"transformers",
		"tokenizers",
		"safetensors",
		"xgboost",
		"lightgbm",
		"catboost",
		"joblib",
		"mlflow",
		"onnx",
		"skl2onnx",
		"vllm",
	],
]);
/** Without these the runtime cannot be chosen. */
const NEEDED: Readonly<Record<string, string>> = { onnx: "onnxruntime", python: "python" };
const EXAMPLES: Readonly<Record<string, string>> = { python: "3.11.2", onnxruntime: "1.30.0", node: "24.21.0" };

/** Runtime versions that leave a number open (3.11), or leave out what the kind of runtime needs. */
export function versionProblems(manifest: Partial<Pick<Manifest, "runtime">>, source: YamlSource): ManifestProblem[] {
	const versions: unknown = manifest.runtime?.versions;
	if (typeof versions !== "object" || versions === null || Array.isArray(versions)) return [];
	const problems = Object.entries(versions as Record<string, unknown>).flatMap(([name, version]) => {
		if (typeof version !== "string" || !/^[0-9]+(\.[0-9]+)?([-+a-z].*)?$/i.test(version)) return [];
		const parts = version.split(/[-+a-z]/i, 1)[0]!.split(".").length;
		const least = THREE_NUMBERS.has(name) ? 3 : 2;
		return parts >= least ? [] : [openVersion(name, version, least, source)];
	});
	const needed = NEEDED[manifest.runtime?.kind ?? ""];
	if (needed === undefined || Object.hasOwn(versions, needed)) return problems;
	const path = `runtime.versions.${needed}`;
	const message = `${path} is missing: the ${manifest.runtime?.kind} runtime cannot be chosen without it`;
	const hint = `Add ${needed}: "${EXAMPLES[needed]}", the version it was tested with.`;
	return [...problems, { code: "manifest.missing", message, hint, path, ...source.locate(["runtime", "versions"]) }];
}

function openVersion(name: string, version: string, least: number, source: YamlSource): ManifestProblem {
	const path = `runtime.versions.${printable(name.slice(0, 80))}`;
	const written = printable(version.slice(0, 40));
	const whole = EXAMPLES[name] ?? `${written}${".0".repeat(least - version.split(".").length)}`;
	const message = `${path} is '${written}', which leaves a number open; write one exact version: ${whole}, not ${written}`;
	const place = source.locate(["runtime", "versions", name]);
	return { code: "manifest.value", message, hint: `Write the version it was tested with, such as "${whole}".`, path, ...place };
}
