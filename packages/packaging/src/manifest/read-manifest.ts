import type { Manifest } from "@headgate/protocol";
import { decodeText } from "./decode-text.ts";
import { absentFiles } from "./package-parts.ts";
import type { ManifestPath, ManifestProblem } from "./problem.ts";
import { ruleProblems } from "./rule-problems.ts";
import { schemaProblems } from "./schema-problems.ts";
import { readYaml } from "./yaml-source.ts";

export interface ReadManifestOptions {
	/** Epoch ms: instants after it are refused. */
	readonly now: number;
	/** The package's paths; when given, every named file must be among them. */
	readonly files?: readonly string[];
}

export type ManifestReading =
	| {
			readonly ok: true;
			readonly manifest: Manifest;
			/** Line and column, from 1, of a place in the text. */
			locate(path: ManifestPath): { line: number; col: number };
	  }
	| { readonly ok: false; readonly problems: readonly ManifestProblem[] };

/** Reads `model.yaml`: the complete manifest, or every problem found, in the order of the text. Never throws on bad input. */
export function readManifest(input: string | Uint8Array, options: ReadManifestOptions): ManifestReading {
	const text = decodeText(input);
	if (typeof text !== "string") return { ok: false, problems: [text] };
	const source = readYaml(text);
	if (Array.isArray(source)) return { ok: false, problems: source };
	const problems = [...schemaProblems(source), ...ruleProblems(source, options.now)];
	const manifest = source.value as Manifest;
	if (problems.length === 0 && options.files !== undefined) {
		problems.push(...absentFiles(manifest, options.files, (path) => source.locate(path)));
	}
	if (problems.length > 0) return { ok: false, problems: problems.sort(byPlace) };
	return { ok: true, manifest, locate: (path) => source.locate(path) };
}

function byPlace(a: ManifestProblem, b: ManifestProblem): number {
	return (a.line ?? 0) - (b.line ?? 0) || (a.col ?? 0) - (b.col ?? 0);
}
