/** What `initFolder` found; undefined is a gap. */
export interface Findings {
	readonly name: string;
	readonly entry: string | undefined;
	readonly pre: string | undefined;
	readonly post: string | undefined;
	readonly input: string | undefined;
	readonly output: string | undefined;
	readonly examples: string | undefined;
	readonly features: string | undefined;
	readonly tokenizer: string | undefined;
	readonly dependencies: string | undefined;
	readonly evaluation: string | undefined;
	readonly notes: string | undefined;
	readonly onnxruntime: string;
}

/** The text of a first model.yaml: what was found, and `# fill in: ...` at every gap. */
export function draftManifest(found: Findings): string {
	const part = (key: string, path: string | undefined, what: string): string =>
		path === undefined ? `${key}:  # fill in: ${what}, or { none: "the reason" }` : `${key}: ${quoted(path)}`;
	const code = (path: string | undefined): string => (path === undefined ? "null" : quoted(path));
	const path = (key: string, value: string | undefined, what: string): string =>
		value === undefined ? `  ${key}:  # fill in: ${what}` : `  ${key}: ${quoted(value)}`;
	return [
		`name: ${found.name}`,
		'version: "0.1.0"',
		"owner:",
		"  team:  # fill in: the team that answers for this model",
		"  contact:  # fill in: an address that people read",
		"runtime:",
		"  kind: onnx",
		path("entry", found.entry, "the ONNX file"),
		`  versions: { onnxruntime: "${found.onnxruntime}" }`,
		`code: { load: null, pre: ${code(found.pre)}, post: ${code(found.post)} }`,
		"schema:",
		path("input", found.input, "a JSON Schema 2020-12 of one instance"),
		path("output", found.output, "a JSON Schema 2020-12 of one answer"),
		part("examples", found.examples, "requests with expected answers, one JSON object a line"),
		...(found.tokenizer === undefined ? [part("features", found.features, "the features the model reads, or tokenizer")] : []),
		...(found.tokenizer === undefined ? [] : [`tokenizer: ${quoted(found.tokenizer)}`]),
		part("dependencies", found.dependencies, "exact, hashed dependencies"),
		'datasets:  # fill in: [{ name, version: 2026-10-31T00:00:00Z, sha256, rows, role: train }], or { none: "the reason" }',
		'training:  # fill in: { commit, hyperparameters: { seed: 42 } }, or { none: "the reason" }',
		part("evaluation", found.evaluation, "the evaluation report"),
		"resources: { cpu: 1, memory: 512Mi, disk: 1Gi, gpu: 0 }",
		"effects: none  # external, when a prediction does something besides answering",
		"changes:",
		"  previous: null  # name@version of the version before",
		path("notes", found.notes, "a file that says what changed"),
		"",
	].join("\n");
}

/** JSON strings are YAML strings. */
function quoted(path: string): string {
	return /^[A-Za-z0-9._/-]+$/.test(path) ? path : JSON.stringify(path);
}
