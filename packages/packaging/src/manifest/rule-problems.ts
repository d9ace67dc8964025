import { ERRORS, isLeftOut, type Manifest } from "@headgate/protocol";
import { type ManifestPath, type ManifestProblem, renderPath } from "./problem.ts";
import { versionProblems } from "./version-problems.ts";
import type { YamlSource } from "./yaml-source.ts";

const PLACEHOLDER = /^\W*(tbd|todo|fixme|unknown|none|n\/?a|x{2,}|fill in.*|someone|me)?\W*$/i;

/** What the schema cannot say: real owners, whole version numbers, instants that have passed, one of features and tokenizer. `now` in epoch ms. */
export function ruleProblems(source: YamlSource, now: number): ManifestProblem[] {
	const manifest = source.value as DeepPartial<Manifest>;
	if (typeof manifest !== "object" || manifest === null) return [];
	return [
		...ownerProblems(manifest, source),
		...versionProblems(manifest as Partial<Manifest>, source),
		...instantProblems(manifest, source, now),
		...inputPartProblems(manifest, source),
	];
}

type DeepPartial<T> = T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> } : T;

function ownerProblems(manifest: DeepPartial<Manifest>, source: YamlSource): ManifestProblem[] {
	return (["team", "contact"] as const).flatMap((key) => {
		const value = manifest.owner?.[key];
		if (typeof value !== "string" || value === "" || !PLACEHOLDER.test(value)) return [];
		const message = `owner.${key} is '${value}', which names nobody`;
		return [problem("manifest.owner", message, ["owner", key], source)];
	});
}

function instantProblems(manifest: DeepPartial<Manifest>, source: YamlSource, now: number): ManifestProblem[] {
	const paths: ManifestPath[] = [
		["training", "startedAt"],
		["training", "finishedAt"],
	];
	if (Array.isArray(manifest.datasets)) manifest.datasets.forEach((_, index) => void paths.push(["datasets", index, "version"]));
	return paths.flatMap((path) => {
		const value = path.reduce<unknown>((node, step) => (node as Record<string | number, unknown> | undefined)?.[step], manifest);
		if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}T/.test(value)) return [];
		const instant = Date.parse(value);
		if (Number.isNaN(instant))
			return [problem("manifest.time", `${renderPath(path)} is ${value}, which is no instant`, path, source)];
		if (instant <= now) return [];
		const message = `${renderPath(path)} is ${value}, in the future (it is ${new Date(now).toISOString()})`;
		return [problem("manifest.time", message, path, source)];
	});
}

function inputPartProblems(manifest: DeepPartial<Manifest>, source: YamlSource): ManifestProblem[] {
	const features = manifest.features !== undefined;
	const tokenizer = manifest.tokenizer !== undefined;
	if (features && tokenizer && !isLeftOut(manifest.features) && !isLeftOut(manifest.tokenizer)) {
		return [problem("manifest.value", "features and tokenizer are both given; a model reads one of them", ["tokenizer"], source)];
	}
	if (features || tokenizer) return [];
	const hint = 'Add features (or tokenizer), or say why there is none: features: { none: "the reason" }.';
	return [{ ...problem("manifest.missing", "features and tokenizer are both missing", ["features"], source), hint }];
}

function problem(code: string, message: string, path: ManifestPath, source: YamlSource): ManifestProblem {
	return { code, message, hint: ERRORS[code]?.hint ?? "", path: renderPath(path), ...source.locate(path) };
}
