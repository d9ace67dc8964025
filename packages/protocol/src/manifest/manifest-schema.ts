import { exactVersion, hex, object, packagePath, part, type SchemaNode, text, timestamp } from "./schema-parts.ts";

const SEMVER = "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$";
const BYTES: SchemaNode = { pattern: "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti)$", "x-expected": "a size such as 512Mi or 2Gi" };

const owner = object(
	"Who answers for this version.",
	{
		team: text("The team.", { "x-code": "manifest.owner" }),
		contact: text("An address that people read.", { "x-code": "manifest.owner" }),
		oncall: text("Where a page goes, such as `pagerduty:PABC12`."),
	},
	["team", "contact"],
);

const runtime: SchemaNode = {
	...object(
		"What runs the model.",
		{
			kind: { enum: ["onnx", "js", "python", "http"], description: "The kind of runtime." },
			entry: packagePath("The weight file (`onnx`) or the code that makes the model (`js`, `python`); left out for `http`."),
			versions: {
				type: "object",
				description: "Exact versions of what runs it, by name; `onnx` needs `onnxruntime`.",
				additionalProperties: exactVersion("An exact version."),
			},
		},
		["kind", "versions"],
	),
	if: { type: "object", required: ["kind"], properties: { kind: { const: "http" } } },
	// biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema
	then: { properties: { entry: { not: {}, "x-expected": "left out: an http runtime has no file" } } },
	else: { required: ["entry"] },
};

const dataset = object(
	"One data set.",
	{
		name: text("Its name."),
		version: timestamp("The instant whose state of the data this is; not in the future."),
		sha256: hex([64], "sha256 of the data as it was used.", "manifest.sha256"),
		rows: { type: "integer", minimum: 1, description: "Number of rows." },
		role: { enum: ["train", "eval", "test", "reference"], description: "What it was used for." },
		uri: text("Where it lies."),
	},
	["name", "version", "sha256", "role"],
);

const training: SchemaNode = {
	...object(
		"How to make it again: `commit` or `code`, and the hyperparameters.",
		{
			commit: hex([40, 64], "The full id of the commit of the training code.", "manifest.commit"),
			code: packagePath("A sealed archive of the training code, when there is no commit."),
			repository: text("Where the commit lies."),
			dirty: {
				type: "boolean",
				description: "Whether the working tree had changes that the commit lacks; such a version is refused.",
			},
			hyperparameters: { type: "object", description: "Every hyperparameter, the seed included." },
			startedAt: timestamp("When training began; not in the future."),
			finishedAt: timestamp("When training ended; not in the future."),
		},
		["hyperparameters"],
	),
	anyOf: [{ required: ["commit"] }, { required: ["code"] }],
	"x-expected": "given either a commit or a sealed archive of the code (training.code)",
};

const properties: Record<string, SchemaNode> = {
	name: text("The model's name, the same for all its versions.", {
		pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
		"x-expected": "1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit",
	}),
	version: text("Semantic version, quoted.", {
		pattern: SEMVER,
		"x-expected": "a semantic version of three numbers such as '1.1.0', without a leading v and without build metadata",
		"x-code": "manifest.version",
	}),
	description: text("What it predicts."),
	license: text("SPDX expression."),
	owner,
	runtime,
	remote: object(
		"The model server behind an `http` runtime.",
		{
			protocol: { enum: ["oip-v2", "mlflow", "openai"], description: "What it speaks." },
			url: text("Its address.", { pattern: "^https?://", "x-expected": "an http or https address" }),
			modelName: text("The model's name there."),
		},
		["protocol", "url"],
	),
	artifacts: {
		type: "array",
		maxItems: 10_000,
		description: "Weight files besides `runtime.entry`.",
		items: object(
			"One file.",
			{
				path: packagePath("The file."),
				format: text("Its format, such as `onnx-external-data`."),
				role: { enum: ["weights", "data", "other"], description: "What it is for." },
				trust: {
					enum: ["pickle"],
					description:
						"For a pickle, joblib, torch or Keras file, which can run code when it is loaded: it is trusted all the same.",
				},
			},
			["path", "format", "role"],
		),
	},
	code: object(
		"Code that comes with the model; `null` or left out means that there is none.",
		{
			load: { ...packagePath("Makes the model."), type: ["string", "null"] },
			pre: { ...packagePath("Makes tensors of requests."), type: ["string", "null"] },
			post: { ...packagePath("Makes answers of tensors."), type: ["string", "null"] },
		},
		[],
	),
	schema: object(
		"What goes in and what comes out, as JSON Schema 2020-12.",
		{ input: packagePath("Schema of one instance."), output: packagePath("Schema of one answer.") },
		["input", "output"],
	),
	examples: part(packagePath("Requests with their expected answers and tolerance: the golden inference.")),
	features: part(packagePath("The features the model reads. Exactly one of `features` and `tokenizer`.")),
	tokenizer: part(packagePath("The tokenizer's folder or file.")),
	dependencies: part(packagePath("Exact, hashed dependencies.")),
	datasets: part({
		type: "array",
		minItems: 1,
		maxItems: 1_000,
		items: dataset,
		description: "The data it was made and judged with.",
	}),
	training: part(training),
	evaluation: part(packagePath("The evaluation report.")),
	resources: object(
		"What one copy needs.",
		{
			cpu: { type: "number", exclusiveMinimum: 0, maximum: 1024, description: "Cores." },
			memory: text("Memory.", BYTES),
			disk: text("Disk.", BYTES),
			gpu: { type: "integer", minimum: 0, maximum: 1024, description: "GPUs." },
			contextTokens: {
				type: "integer",
				minimum: 1,
				maximum: 100_000_000,
				description: "Tokens of context that a language model keeps at most; its own maximum unless given.",
			},
			startupSeconds: { type: "number", exclusiveMinimum: 0, maximum: 86_400, description: "Time until it is ready." },
		},
		["cpu", "memory", "disk", "gpu"],
	),
	effects: {
		enum: ["none", "external"],
		description: "`external` when a prediction does something besides answering: such a version is never mirrored.",
	},
	changes: part(
		object(
			"What changed since the version before.",
			{
				previous: {
					type: ["string", "null"],
					pattern: "^[a-z0-9-]+@[0-9]+\\.[0-9]+\\.[0-9]+",
					description: "`name@version` of the version before; `null` for the first.",
					"x-expected": "name@version such as credit-risk@1.0.0, or null for a first version",
				},
				previousDigest: text("Its digest.", {
					pattern: "^sha256:[0-9a-f]{64}$",
					"x-expected": "sha256: and 64 hexadecimal digits",
				}),
				notes: packagePath("The change notes."),
			},
			["previous", "notes"],
		),
	),
	decisions: object(
		"Why it decides as it does.",
		{
			path: packagePath("A text for people."),
			factors: {
				type: "array",
				maxItems: 1_000,
				description: "What the decision depends on most.",
				items: object(
					"One factor.",
					{
						name: text("A property of the input schema; one inside another as `outer.inner`."),
						direction: { enum: ["+", "-", "mixed"], description: "Which way more of it moves the answer." },
						source: text("Where its meaning is described."),
					},
					["name"],
				),
			},
		},
		["path"],
	),
	annotations: { type: "object", description: "Free words, text to text.", additionalProperties: text("A value.") },
};

/** The contract of `model.yaml`, JSON Schema 2020-12. docs/reference/manifest.md is made from it. */
export const MANIFEST_SCHEMA: SchemaNode = {
	$schema: "https://json-schema.org/draft/2020-12/schema",
	title: "model.yaml",
	...object("The manifest of a model package.", properties, [
		"name",
		"version",
		"owner",
		"runtime",
		"schema",
		"examples",
		"dependencies",
		"datasets",
		"training",
		"evaluation",
		"resources",
		"effects",
		"changes",
	]),
};
