import { describe, expect, it } from "vitest";
import { manifestText } from "../testing/package-fixture.ts";
import { readManifest } from "./read-manifest.ts";

const now = Date.parse("2026-11-21T00:00:00Z");

function problemsOf(input: string | Uint8Array, files?: readonly string[]) {
	const reading = readManifest(input, files === undefined ? { now } : { now, files });
	return reading.ok ? [] : reading.problems;
}

describe("a manifest", () => {
	it("is read when it is complete", () => {
		const reading = readManifest(manifestText(), { now });
		expect(reading.ok && [reading.manifest.name, reading.manifest.version]).toEqual(["credit-risk", "1.1.0"]);
	});

	it.each<[string, string, Record<string, string>, string, string]>([
		[
			"an unquoted version that YAML reads as a number",
			"manifest.type",
			{ version: "version: 1.10" },
			"version",
			"version must be a quoted string ('1.10')",
		],
		["a leading v", "manifest.version", { version: "version: v1.0" }, "version", "semantic version"],
		["two numbers in quotes", "manifest.version", { version: "version: '1.0'" }, "version", "semantic version"],
		["build metadata", "manifest.version", { version: "version: 1.0.0+b1" }, "version", "without build metadata"],
		["an unknown key", "manifest.unknown-key", { x: "artefacts: []" }, "artefacts", "did you mean 'artifacts'?"],
		["a merge key", "manifest.unknown-key", { x: "<<: { name: other }" }, "<<", "unknown key '<<'"],
		["an empty owner", "manifest.owner", { owner: 'owner: { team: "", contact: a@b.c }' }, "owner.team", 'owner.team is ""'],
		["a placeholder owner", "manifest.owner", { owner: "owner: { team: TBD, contact: a@b.c }" }, "owner.team", "names nobody"],
		[
			"an owner of question marks",
			"manifest.owner",
			{ owner: 'owner: { team: "??", contact: a@b.c }' },
			"owner.team",
			"names nobody",
		],
		[
			"a commit that is a name",
			"manifest.commit",
			{ training: "training: { commit: HEAD, hyperparameters: {} }" },
			"training.commit",
			'"HEAD"',
		],
		["neither commit nor code", "manifest.value", { training: "training: { hyperparameters: {} }" }, "training", "training.code"],
		["a path outside", "manifest.path", { examples: "examples: ../secret" }, "examples", "points outside the package"],
		["an absolute path", "manifest.path", { examples: "examples: /etc/passwd" }, "examples", "absolute"],
		["a drive letter", "manifest.path", { examples: "examples: 'C:\\x'" }, "examples", "backslash"],
		["a part that is left out silently", "manifest.missing", { evaluation: "" }, "evaluation", "evaluation is missing"],
		["a part that is null", "manifest.missing", { evaluation: "evaluation: null" }, "evaluation", "evaluation is empty"],
		[
			"a range of versions",
			"manifest.value",
			{ runtime: 'runtime: { kind: onnx, entry: m.onnx, versions: { onnxruntime: ">=1.20" } }' },
			"runtime.versions.onnxruntime",
			"one exact version",
		],
		[
			"a version of Python that leaves a number open",
			"manifest.value",
			{ runtime: 'runtime: { kind: python, entry: load.py, versions: { python: "3.11" } }' },
			"runtime.versions.python",
			"write one exact version: 3.11.2, not 3.11",
		],
		[
			"a version of Python that YAML reads as a number",
			"manifest.type",
			{ runtime: "runtime: { kind: python, entry: load.py, versions: { python: 3.10 } }" },
			"runtime.versions.python",
			"must be a quoted string ('3.10')",
		],
		[
			"a version of onnxruntime that leaves a number open",
			"manifest.value",
			{ runtime: 'runtime: { kind: onnx, entry: m.onnx, versions: { onnxruntime: "1.30" } }' },
			"runtime.versions.onnxruntime",
			"1.30.0, not 1.30",
		],
		[
			"one number for a version of anything",
			"manifest.value",
			{ runtime: 'runtime: { kind: onnx, entry: m.onnx, versions: { onnxruntime: "1.30.0", cuda: "12" } }' },
			"runtime.versions.cuda",
			"12.0, not 12",
		],
		[
			"no version of what runs it",
			"manifest.missing",
			{ runtime: 'runtime: { kind: python, entry: load.py, versions: { numpy: "2.1.0" } }' },
			"runtime.versions.python",
			"cannot be chosen without it",
		],
		["features and tokenizer both missing", "manifest.missing", { features: "" }, "features", "both missing"],
	])("is refused for %s", (_, code, lines, path, words) => {
		expect(problemsOf(manifestText(lines))).toContainEqual(
			expect.objectContaining({
				code,
				path,
				message: expect.stringContaining(words),
				hint: expect.stringMatching(/\w/),
				line: expect.any(Number),
			}),
		);
	});

	it.each([
		["63 hexadecimal digits", "a".repeat(63), "2026-01-01T00:00:00Z", "manifest.sha256", "datasets[0].sha256"],
		["an instant in the future", "a".repeat(64), "2026-11-22T00:00:00Z", "manifest.time", "datasets[0].version"],
		["a day that does not exist", "a".repeat(64), "2026-13-45T00:00:00Z", "manifest.time", "datasets[0].version"],
	])("is refused for a data set with %s", (_, sha256, version, code, path) => {
		const datasets = `datasets: [ { name: t, version: ${version}, sha256: ${sha256}, role: train } ]`;
		expect(problemsOf(manifestText({ datasets }))).toEqual([expect.objectContaining({ code, path })]);
	});

	it.each(["3.11.2", "3.13.0rc1", "3.11.2.post1"])("takes the exact version of Python %s", (version) => {
		const runtime = `runtime: { kind: python, entry: load.py, versions: { python: "${version}", glibc: "2.36" } }`;
		expect(problemsOf(manifestText({ runtime }))).toEqual([]);
	});

	it("names line and column of a tab that indents", () => {
		const [problem] = problemsOf("name: a\nowner:\n\tteam: x\n");
		expect(problem).toMatchObject({ code: "manifest.syntax", line: 3, message: expect.stringContaining("a tab indents line 3") });
	});

	it("names the second of two equal keys", () => {
		expect(problemsOf(`${manifestText()}name: other\n`)).toEqual([
			expect.objectContaining({ code: "manifest.duplicate-key", line: 15 }),
		]);
	});

	it("is refused when it expands many aliases, without expanding them", () => {
		const bomb = [
			"a: &a [x, x, x, x, x, x, x, x, x]",
			..."bcdefghi".split("").map((key, index) => {
				const before = "abcdefghi"[index];
				return `${key}: &${key} [${Array(9).fill(`*${before}`).join(", ")}]`;
			}),
		].join("\n");
		expect(problemsOf(bomb)).toEqual([expect.objectContaining({ code: "manifest.alias" })]);
	});

	it("is refused when it nests without end", () => {
		expect(problemsOf("[".repeat(200_000))[0]?.code).toBe("manifest.syntax");
	});

	it("is refused above 1 MiB before it is parsed", () => {
		expect(problemsOf(new Uint8Array(50 * 1024 * 1024))).toEqual([
			expect.objectContaining({ code: "manifest.too-large", message: expect.stringContaining("52,428,800") }),
		]);
	});

	it.each([
		["a byte order mark", Buffer.from(`\ufeff${manifestText()}`)],
		["UTF-16", Buffer.from(`\ufeff${manifestText()}`, "utf16le")],
		["UTF-16 without a mark", Buffer.from(manifestText(), "utf16le")],
		["Latin-1", Buffer.from("name: caf\xe9", "latin1")],
	])("is refused as %s, with the advice to save it as UTF-8", (_, bytes) => {
		expect(problemsOf(bytes)).toEqual([
			expect.objectContaining({ code: "manifest.encoding", message: expect.stringContaining("UTF-8") }),
		]);
	});

	it("names the nearest file for a path that is not in the package", () => {
		const files = ["model.onnx", "input.schema.json", "output.schema.json", "CHANGE.md"];
		expect(problemsOf(manifestText(), files)).toEqual([
			expect.objectContaining({ code: "manifest.absent-file", path: "changes.notes", hint: "Did you mean CHANGE.md?" }),
		]);
	});

	it("lists all problems at once, in the order of the text", () => {
		const paths = problemsOf(manifestText({ version: "version: 2", owner: "owner: {}", effects: "effects: some" })).map(
			(p) => p.path,
		);
		expect(paths).toEqual(["version", "owner.team", "owner.contact", "effects"]);
	});

	it.each(["", "null", "42", "- a", "{}", "'", "%YAML 9.9", "!!js/function x", "? [a]: b", "__proto__: 1"])(
		"of the text %j is refused in words",
		(text) => {
			const problems = problemsOf(text);
			expect(problems.length).toBeGreaterThan(0);
			for (const problem of problems) expect(problem.message).not.toBe("");
		},
	);
});
