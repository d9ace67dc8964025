import { printable } from "../files/package-path.ts";
import type { Estimate } from "./estimate-resources.ts";
import { type DraftArtifact, Gap, type Known } from "./layout.ts";

/** What `initFolder` found; undefined is a part that may also be left out with a reason. */
export interface Findings {
	readonly name: string;
	readonly license?: string | undefined;
	readonly kind: "onnx" | "python";
	readonly entry: Known;
	readonly versions: ReadonlyMap<string, Known>;
	readonly artifacts: readonly DraftArtifact[];
	readonly pre: string | undefined;
	readonly post: string | undefined;
	readonly input: string | undefined;
	readonly output: string | undefined;
	readonly examples: string | undefined;
	readonly features: string | undefined;
	readonly tokenizer: string | undefined;
	readonly dependencies: Known | undefined;
	readonly evaluation: string | undefined;
	readonly notes: string | undefined;
	readonly resources: Estimate;
	readonly annotations: Readonly<Record<string, string>>;
}

const TRUST = "pickle, when you trust who made this file: loading it runs whatever code stands in it";
const PYTHON_LOCK = "exact, hashed dependencies: write requirements.txt, then run headgate init --lock on this folder";

/** The text of a first model.yaml: what was found, and `# fill in: ...` at every gap. */
export function draftManifest(found: Findings): string {
	const part = (key: string, value: Known | undefined, what: string): string =>
		line(key, value instanceof Gap ? orReason(value) : (value ?? orReason(new Gap(what))));
	const code = (path: string | undefined): string => (path === undefined ? "null" : quoted(path));
	return [
		`name: ${found.name}`,
		'version: "0.1.0"',
		...(found.license === undefined ? [] : [line("license", found.license)]),
		"owner:",
		"  team:  # fill in: the team that answers for this model",
		"  contact:  # fill in: an address that people read",
		"runtime:",
		`  kind: ${found.kind}`,
		line("  entry", found.entry),
		...versionLines(found.versions),
		...artifactLines(found.artifacts),
		`code: { load: null, pre: ${code(found.pre)}, post: ${code(found.post)} }`,
		"schema:",
		line("  input", found.input ?? new Gap("a JSON Schema 2020-12 of one instance")),
		line("  output", found.output ?? new Gap("a JSON Schema 2020-12 of one answer")),
		part("examples", found.examples, "requests with expected answers, one JSON object a line"),
		...(found.tokenizer === undefined
			? [part("features", found.features, "the features the model reads, or tokenizer")]
			: [line("tokenizer", found.tokenizer)]),
		part("dependencies", found.dependencies, found.kind === "python" ? PYTHON_LOCK : "exact, hashed dependencies"),
		'datasets:  # fill in: [{ name, version: 2026-10-31T00:00:00Z, sha256, rows, role: train }], or { none: "the reason" }',
		'training:  # fill in: { commit, hyperparameters: { seed: 42 } }, or { none: "the reason" }',
		part("evaluation", found.evaluation, "the evaluation report"),
		"# estimated from the sizes of the files: measure before you rely on it",
		`resources: { cpu: 1, memory: ${found.resources.memory}, disk: ${found.resources.disk}, gpu: 0 }`,
		"effects: none  # external, when a prediction does something besides answering",
		"changes:",
		"  previous: null  # name@version of the version before",
		line("  notes", found.notes ?? new Gap("a file that says what changed")),
		...annotationLines(found.annotations),
		"",
	].join("\n");
}

/** The gaps of a drafted text, each with its place as the checks name it: `owner.team: the team that answers for this model`. */
export function gapsOf(text: string): string[] {
	const above: { readonly indent: number; readonly key: string; items: number }[] = [];
	const gaps: string[] = [];
	for (const line of text.split("\n")) {
		const [, spaces = "", dash = "", key, gap] = /^( *)(- )?(?:([\w.-]+):(?:\s+# fill in: (.*))?)?/.exec(line)!;
		if (dash === "" && key === undefined) continue;
		const indent = spaces.length + dash.length;
		while (above.length > 0 && above.at(-1)!.indent >= indent) above.pop();
		const parent = above.at(-1);
		if (dash !== "" && parent !== undefined) parent.items++;
		if (key === undefined) continue;
		const place = above.map(({ key, items }) => (items === 0 ? key : `${key}[${items - 1}]`));
		if (gap !== undefined) gaps.push(`${[...place, key].join(".")}: ${gap}`);
		above.push({ indent, key, items: 0 });
	}
	return gaps;
}

function line(key: string, value: Known): string {
	return value instanceof Gap ? `${key}:  # fill in: ${printable(value.words)}` : `${key}: ${quoted(value)}`;
}

function orReason({ words }: Gap): Gap {
	return new Gap(`${words}, or { none: "the reason" }`);
}

function versionLines(versions: ReadonlyMap<string, Known>): string[] {
	const known = [...versions];
	if (known.length > 0 && known.every(([, version]) => typeof version === "string")) {
		return [`  versions: { ${known.map(([name, version]) => `${quoted(name)}: ${JSON.stringify(version)}`).join(", ")} }`];
	}
	return [
		"  versions:",
		...known.map(([name, version]) =>
			version instanceof Gap ? line(`    ${quoted(name)}`, version) : `    ${quoted(name)}: ${JSON.stringify(version)}`,
		),
	];
}

function artifactLines(artifacts: readonly DraftArtifact[]): string[] {
	if (artifacts.length === 0) return [];
	const lines = artifacts.flatMap(({ path, format, runsCode }) => {
		if (!runsCode) return [`  - { path: ${quoted(path)}, format: ${format}, role: weights }`];
		return [`  - path: ${quoted(path)}`, `    format: ${format}`, "    role: weights", `    trust:  # fill in: ${TRUST}`];
	});
	return ["artifacts:", ...lines];
}

function annotationLines(annotations: Readonly<Record<string, string>>): string[] {
	const entries = Object.entries(annotations);
	if (entries.length === 0) return [];
	return ["annotations:", ...entries.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`)];
}

/** JSON strings are YAML strings; a word that YAML reads as anything else than a text is written as one. */
function quoted(text: string): string {
	return /^[A-Za-z_./][A-Za-z0-9._/-]*$/.test(text) && !/^(null|true|false|~|\.nan|\.inf)$/i.test(text)
		? text
		: JSON.stringify(text);
}
