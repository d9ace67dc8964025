import { manifestText, packageFiles } from "../package-fixture.ts";
import type { BadInput, Files } from "./bad-input.ts";

const manifest = (lines: Readonly<Record<string, string>>): Files => ({ "model.yaml": manifestText(lines) });
const dataset = (sha256: string, version = "2026-10-31T00:00:00Z"): string =>
	`datasets: [ { name: train, version: ${version}, sha256: ${sha256}, role: train } ]`;
const SHA = "ab".repeat(32);

/** Inputs 24 to 38: manifests. */
export const BAD_MANIFESTS: readonly BadInput[] = [
	{
		number: 24,
		what: "a version that YAML reads as a number",
		code: "manifest.type",
		says: /quote/,
		files: manifest({ version: "version: 1.10" }),
	},
	{
		number: 25,
		what: "a key twice",
		code: "manifest.duplicate-key",
		says: /name/,
		files: { "model.yaml": `${manifestText()}name: other\n` },
	},
	{
		number: 26,
		what: "an anchor bomb",
		code: "manifest.alias",
		says: /alias/,
		files: {
			"model.yaml": `a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n${manifestText()}`,
		},
	},
	{
		number: 27,
		what: "a tab as indentation",
		code: "manifest.syntax",
		says: /model\.yaml:\d+:\d+.*tab/,
		files: { "model.yaml": manifestText().replace("owner: {", "owner:\n\tteam: x\nx: {") },
	},
	{
		number: 28,
		what: "a key that is nearly one",
		code: "manifest.unknown-key",
		says: /did you mean 'artifacts'/,
		files: manifest({ artefacts: "artefacts: []" }),
	},
	{
		number: 29,
		what: "a version with a v",
		code: "manifest.version",
		says: /semantic version/,
		files: manifest({ version: "version: v1.0" }),
	},
	{
		number: 30,
		what: "a version below a published one",
		code: "version.order",
		says: /1\.1\.5/,
		files: {},
		published: [{ version: "1.1.5", digest: `sha256:${"cd".repeat(32)}` }],
	},
	{
		number: 31,
		what: "an owner to be decided",
		code: "manifest.owner",
		says: /TBD|names nobody/,
		files: manifest({ owner: "owner: { team: TBD, contact: a@example.com }" }),
	},
	{
		number: 32,
		what: "a digest of 63 digits",
		code: "manifest.sha256",
		says: /datasets\[0\]\.sha256/,
		files: manifest({ datasets: dataset("a".repeat(63)) }),
	},
	{
		number: 33,
		what: "an instant in the future",
		code: "manifest.time",
		says: /future/,
		files: manifest({ datasets: dataset(SHA, "2999-01-01T00:00:00Z") }),
	},
	{
		number: 34,
		what: "HEAD as a commit",
		code: "manifest.commit",
		says: /HEAD/,
		files: manifest({ training: "training: { commit: HEAD, hyperparameters: { seed: 42 } }" }),
	},
	{
		number: 35,
		what: "a path that leaves the package",
		code: "manifest.path",
		says: /outside/,
		files: manifest({ schema: "schema: { input: ../input.schema.json, output: output.schema.json }" }),
	},
	{
		number: 35,
		what: "a file that is not there",
		code: "manifest.absent-file",
		says: /CHANGE\.md/,
		files: manifest({ changes: "changes: { previous: null, notes: CHANGE.md }" }),
	},
	{
		number: 36,
		what: "neither tokenizer nor features",
		code: "manifest.missing",
		says: /tokenizer/,
		files: manifest({ features: "" }),
	},
	{
		number: 37,
		what: "a manifest of 50 MB",
		code: "manifest.too-large",
		says: /1 MiB|1,048,576/,
		files: { "model.yaml": Buffer.alloc(50_000_000, "#") },
	},
	{
		number: 38,
		what: "a manifest in UTF-16",
		code: "manifest.encoding",
		says: /UTF-8/,
		files: { "model.yaml": Buffer.from(`\ufeff${String(packageFiles()["model.yaml"])}`, "utf16le") },
	},
];
