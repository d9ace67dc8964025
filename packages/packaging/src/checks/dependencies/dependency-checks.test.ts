import { describe, expect, it } from "vitest";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import type { HostFacts } from "../check-input.ts";
import { type CheckPackageOptions, checkPackage } from "../check-package.ts";

type Files = Record<string, string | Uint8Array | null>;

const SHA = `--hash=sha256:${"ab".repeat(32)}`;
const SHA512 = `sha512-${Buffer.alloc(64, 7).toString("base64")}`;

async function outcome(id: string, files: Files, options: CheckPackageOptions = {}) {
	const summary = await checkPackage(await writePackage(packageFiles(files)), options);
	return { ...summary.results.find((result) => result.id === id)!, summary };
}

const withLock = (text: string): Files => ({
	"requirements.lock": text,
	"model.yaml": manifestText({ dependencies: "dependencies: requirements.lock" }),
});

describe("G01, Python dependencies", () => {
	it("passes an exact and hashed lock with continuations, comments, markers and extras, and says what it did not look at", async () => {
		const text = [
			"# made by a tool",
			"--only-binary :all:",
			`numpy==2.1.0 \\`,
			`    ${SHA} \\`,
			`    ${SHA}  # the wheel`,
			`uvicorn[standard]==0.30.1 ; python_version >= "3.8" ${SHA}`,
			`torch==2.13.0+cpu ${SHA}`,
			"",
		].join("\n");
		const { status, message, summary } = await outcome("G01", withLock(text));
		expect(status).toBe("pass");
		expect(message).toBe("3 exact and hashed in requirements.lock");
		expect(summary.notVerified).toContain("G01: known vulnerabilities of the dependencies");
	});

	it("refuses what thousands of warnings stand before", async () => {
		const { status, severity, message } = await outcome(
			"G01",
			withLock(`${"--index-url https://example.com/simple\n".repeat(1_200)}torch>=2 ${SHA}\n`),
		);
		expect({ status, severity }).toEqual({ status: "fail", severity: "block" });
		expect(message).toContain("torch>=2 is not one exact version");
	});

	const wrong: [string, string, string, string][] = [
		["a range", `torch>=2 ${SHA}`, "dependency.unpinned", "torch>=2 is not one exact version"],
		["a wildcard", `torch==2.* ${SHA}`, "dependency.unpinned", "torch==2.* is not one exact version"],
		["no version", `torch ${SHA}`, "dependency.unpinned", "torch names no version"],
		["no hash", "torch==2.5.1", "dependency.unhashed", "torch==2.5.1 has no --hash=sha256:..."],
		["a short hash", "torch==2.5.1 --hash=sha256:abcd", "dependency.unhashed", "no sha256 of 64"],
		["a weak hash", `torch==2.5.1 --hash=md5:${"a".repeat(32)}`, "dependency.unhashed", "no sha256 of 64"],
		[
			"version control",
			"git+https://example.com/a/b.git@main#egg=b",
			"dependency.source",
			"comes from a version-control address",
		],
		["a direct address", `b @ https://example.com/b-1.0-py3-none-any.whl ${SHA}`, "dependency.source", "comes from an address"],
		["a local wheel", `./b-1.0-py3-none-any.whl ${SHA}`, "dependency.source", "comes from a path"],
		["a file address", "b @ file:///tmp/b.whl", "dependency.source", "comes from a path"],
		["an editable install", "-e .", "dependency.source", "comes from an editable install"],
		["an editable install by its beginning", "--edit=.", "dependency.source", "comes from an editable install"],
		[
			"another index",
			"--extra-index-url https://example.com/simple",
			"dependency.option",
			"--extra-index-url https://example.com/simple",
		],
		["another index by its beginning", "--extra-ind=https://example.com", "dependency.option", "not allowed in a lock"],
		["another place", "-f https://example.com/wheels", "dependency.option", "-f https://example.com/wheels is not allowed"],
		[
			"a place glued to its option",
			"-fhttps://example.com/wheels",
			"dependency.option",
			"-f https://example.com/wheels is not allowed",
		],
		["a host without a certificate", "--trusted-host example.com", "dependency.option", "--trusted-host example.com"],
		["another file", "-r /etc/passwd", "dependency.option", "-r /etc/passwd is not allowed"],
		["an index without TLS", "-i http://example.com/simple", "dependency.option", "chooses the index"],
		[
			"an option behind a version",
			`b==1.0 ${SHA} --extra-index-url https://example.com`,
			"dependency.option",
			"carries the option --extra-index-url",
		],
		["a value of the environment", `b==\${VERSION} ${SHA}`, "dependency.malformed", "takes a value from the environment"],
		["words", "please install numpy", "dependency.malformed", "is no requirement"],
		["a control character", `b==1.0 ${SHA} # \u000b--extra-index-url x`, "dependency.malformed", "control character U+000B"],
		["a line end only Python sees", `b==1.0 ${SHA} # \u2028-e .`, "dependency.malformed", "control character U+2028"],
		["another encoding", `# -*- coding: utf-7 -*-\nb==1.0 ${SHA}`, "dependency.malformed", "makes pip read the file as utf-7"],
	];
	it.each(wrong)("refuses %s", async (_, line, code, words) => {
		const result = await outcome("G01", withLock(`# first\n${line}\n`));
		expect(result.status).toBe("fail");
		expect(result.summary.verdict).toBe("fail");
		expect(result.findings).toContainEqual(expect.objectContaining({ code, file: "requirements.lock" }));
		expect(result.message).toContain(words);
		expect(result.message).toMatch(/^requirements\.lock:\d+: /);
	});

	it("names the line on which a requirement begins, and everything that is wrong with it", async () => {
		const { findings } = await outcome("G01", withLock(`a==1 ${SHA}\n\nb>=2 \\\n  ; python_version < "4"\n--trusted-host c\n`));
		expect(findings!.map(({ code, line }) => [code, line])).toEqual([
			["dependency.unpinned", 3],
			["dependency.option", 5],
			["dependency.unhashed", 3],
		]);
	});

	it("takes names as pip does: two spellings are one, and two conditions may each have their version", async () => {
		const twice = await outcome("G01", withLock(`Scikit_Learn==1.5.2 ${SHA}\nscikit-learn==1.5.1 ${SHA}\n`));
		expect(twice.findings).toMatchObject([{ code: "dependency.duplicate", line: 2, severity: "block" }]);
		expect(twice.message).toContain("line 1 has Scikit_Learn==1.5.2");
		const apart = `numpy==1.26.4 ; python_version < "3.12" ${SHA}\nnumpy==2.1.0 ; python_version >= "3.12" ${SHA}\n`;
		expect((await outcome("G01", withLock(apart))).status).toBe("pass");
	});

	it("joins lines as pip does: a comment that ends in a backslash hides the next line, a comment line does not", async () => {
		const hidden = await outcome("G01", withLock(`a==1 ${SHA} # note \\\n--trusted-host c\n`));
		expect(hidden.status).toBe("pass");
		const seen = await outcome("G01", withLock(`a==1 ${SHA}\n# note \\\n--trusted-host c\n`));
		expect(seen.findings).toMatchObject([{ code: "dependency.option", line: 3 }]);
	});

	it("only warns of an https index and of a version that stands twice", async () => {
		const { summary, severity } = await outcome(
			"G01",
			withLock(`-i https://packages.example.com/simple\na==1 ${SHA}\na==1 ${SHA}\n`),
		);
		expect(severity).toBe("warn");
		expect(summary.verdict).toBe("pass");
	});

	it("says which command makes a lock of what other tools wrote", async () => {
		const named = (file: string) => ({ [file]: "x", "model.yaml": manifestText({ dependencies: `dependencies: ${file}` }) });
		expect((await outcome("G01", named("poetry.lock"))).hint).toContain("poetry export");
		expect((await outcome("G01", named("environment.yml"))).message).toContain("a conda environment has no hashes");
	});

	it("bounds its list, and reads no file of a million lines", async () => {
		const { findings, status } = await outcome("G01", withLock("a>1\n".repeat(19_000)));
		expect(status).toBe("fail");
		expect(findings).toHaveLength(100);
		expect((await outcome("G01", withLock("\n".repeat(1_000_000)))).message).toContain("more than 20,000 lines");
	});

	it("is skipped with the manifest's reason", async () => {
		expect(await outcome("G01", {})).toMatchObject({ status: "skipped", message: "no dependencies: there is no code" });
	});
});

describe("G02, npm dependencies", () => {
	const lock = (packages: Record<string, unknown>, lockfileVersion: unknown = 3): Files => ({
		"package-lock.json": JSON.stringify({ name: "x", lockfileVersion, packages: { "": { name: "x" }, ...packages } }, null, 2),
	});
	const sound = { version: "1.2.3", resolved: "https://packages.example.com/@a/b/-/b-1.2.3.tgz", integrity: SHA512 };

	it("passes exact entries with sha512 from a registry", async () => {
		expect(await outcome("G02", lock({ "node_modules/@a/b": sound }))).toMatchObject({ status: "pass" });
		const alias = {
			"node_modules/c": { ...sound, name: "@a/b" },
			"node_modules/c/node_modules/d": { version: "1.0.0", inBundle: true },
		};
		expect(await outcome("G02", lock(alias))).toMatchObject({
			status: "pass",
			message: "2 exact and hashed in package-lock.json",
		});
	});

	const wrong: [string, Files, string, string][] = [
		["version 1", lock({}, 1), "dependency.npm-version", "lockfileVersion is 1, 3 is read"],
		["something else", { "package-lock.json": "[]" }, "dependency.npm-version", "is no package-lock.json"],
		[
			"no integrity",
			lock({ "node_modules/@a/b": { ...sound, integrity: undefined } }),
			"dependency.npm-integrity",
			"@a/b@1.2.3 has no integrity",
		],
		["sha1", lock({ "node_modules/@a/b": { ...sound, integrity: "sha1-aaaa" } }), "dependency.npm-integrity", "sha512 is needed"],
		[
			"another host",
			lock({
				"node_modules/@a/b": sound,
				"node_modules/c/node_modules/@a/b": sound,
				"node_modules/d": { ...sound, resolved: "https://example.com/d/-/d-1.2.3.tgz" },
			}),
			"dependency.npm-source",
			"comes from example.com, the others from packages.example.com",
		],
		[
			"git",
			lock({ "node_modules/@a/b": { ...sound, resolved: "git+ssh://git@github.com/a/b.git#0" } }),
			"dependency.npm-source",
			"only https addresses",
		],
		[
			"another package's archive",
			lock({ "node_modules/@a/b": { ...sound, resolved: "https://packages.example.com/evil/-/evil-1.2.3.tgz" } }),
			"dependency.npm-source",
			"archive of another package",
		],
		[
			"a folder",
			lock({ "node_modules/@a/b": { link: true, resolved: "b" } }),
			"dependency.npm-source",
			"is a folder of the package",
		],
		[
			"an install script",
			lock({ "node_modules/@a/b": { ...sound, hasInstallScript: true } }),
			"dependency.npm-script",
			"runs a script",
		],
		[
			"a script of its own",
			{ "package.json": '{"scripts":{"postinstall":"x"}}' },
			"dependency.npm-script",
			"has the script postinstall",
		],
		[
			"no lock",
			{ "package.json": '{"dependencies":{"a":"^1"}}' },
			"dependency.npm-version",
			"names 1 dependency and there is no",
		],
	];
	it.each(wrong)("refuses %s", async (_, files, code, words) => {
		const result = await outcome("G02", files);
		expect(result).toMatchObject({ status: "fail", code });
		expect(result.message).toContain(words);
		expect(result.summary.verdict).toBe("fail");
	});

	it("names the line", async () => {
		expect(await outcome("G02", lock({ "node_modules/@a/b": { version: "1.2.3" } }))).toMatchObject({
			findings: [{ line: 8 }, { line: 8 }],
		});
	});

	it("is skipped where there is nothing of npm", async () => {
		expect(await outcome("G02", { "package.json": '{"type":"module"}' })).toMatchObject({ status: "skipped" });
	});
});

describe("G04, the versions that would run", () => {
	const host = (versions: Record<string, string>): HostFacts => ({
		memoryBytes: 1e12,
		diskFreeBytes: 1e12,
		cpus: 64,
		gpus: 0,
		versions,
	});

	it("is skipped, and says so, when the host is not known", async () => {
		const { status, summary } = await outcome("G04", {});
		expect(status).toBe("skipped");
		expect(summary.notVerified).toContain("G04: whether the host has onnxruntime 1.30.0");
	});

	it("wants the exact version", async () => {
		expect((await outcome("G04", {}, { host: host({ onnxruntime: "1.30.0" }) })).status).toBe("pass");
		const other = await outcome("G04", {}, { host: host({ onnxruntime: "1.30.1" }) });
		expect(other).toMatchObject({ status: "fail", message: "the package needs onnxruntime 1.30.0, this host has 1.30.1" });
		const silent = await outcome("G04", {}, { host: host({}) });
		expect(silent).toMatchObject({ status: "skipped", message: "the host does not say whether it has onnxruntime 1.30.0" });
	});

	it("compares what the lock installs with the lock, also without a host", async () => {
		const runtime = 'runtime: { kind: python, entry: load.py, versions: { python: "3.11.2", scikit-learn: "1.5.2" } }';
		const files = (version: string): Files => ({
			"load.py": "",
			"requirements.lock": `Scikit_Learn==${version} ${SHA}\n`,
			"model.yaml": manifestText({ runtime, dependencies: "dependencies: requirements.lock" }),
		});
		expect((await outcome("G04", files("1.5.2"))).summary.notVerified).toContain("G04: whether the host has python 3.11.2");
		expect((await outcome("G04", files("1.1.2"))).message).toBe(
			"runtime.versions names scikit-learn 1.5.2, requirements.lock installs 1.1.2",
		);
		expect((await outcome("G04", files("1.5.2"), { host: host({ python: "3.11.2" }) })).status).toBe("pass");
		expect((await outcome("G04", files("1.5.2"), { host: host({ python: "3.11.7" }) })).status).toBe("fail");
	});
});

describe("a lock made with another python", () => {
	it.each(["# with python 3.10.4 and pip 24.0", "# This file is autogenerated by pip-compile with Python 3.10"])(
		"is warned of: %s",
		async (head) => {
			const runtime = 'runtime: { kind: python, entry: load.py, versions: { python: "3.11.2" } }';
			const result = await outcome(
				"G04",
				{
					"load.py": "",
					"requirements.lock": `${head}\nsix==1.16.0 ${SHA}\n`,
					"model.yaml": manifestText({ runtime, dependencies: "dependencies: requirements.lock" }),
				},
				{ host: { memoryBytes: 1e12, diskFreeBytes: 1e12, cpus: 64, gpus: 0, versions: { python: "3.11.2" } } },
			);
			expect(result).toMatchObject({ status: "fail", severity: "warn" });
			expect(result.message).toBe("requirements.lock was made with python 3.10, runtime.versions names 3.11.2");
		},
	);
});

describe("G05, the licence", () => {
	const licensed = (license: string, readme?: string): Files => ({
		"model.yaml": manifestText({ license: `license: ${JSON.stringify(license)}` }),
		...(readme === undefined ? {} : { "README.md": readme }),
	});

	it.each([
		"Apache-2.0",
		"mit",
		"GPL-2.0-or-later WITH Classpath-exception-2.0",
		"(MIT OR Apache-2.0) AND BSD-3-Clause",
		"GPL-2.0+",
		"LicenseRef-ours",
	])("reads %s", async (license) => {
		const { status, code } = await outcome("G05", licensed(license));
		expect(status === "pass" || code === "license.terms").toBe(true);
	});

	const warned: [string, Files, string, string][] = [
		["words", licensed("Apache 2.0"), "license.malformed", "'2.0' follows without AND or OR (column 8)"],
		["an open parenthesis", licensed("(MIT"), "license.malformed", "a '(' is not closed"],
		["nothing behind AND", licensed("MIT AND"), "license.malformed", "missing at the end (column 8)"],
		["a bomb of parentheses", licensed("(".repeat(900)), "license.malformed", "nested too deeply"],
		["an identifier that is none", licensed("Apache-2"), "license.unknown", "names Apache-2, which SPDX does not list"],
		["non-commercial terms", licensed("CC-BY-NC-4.0"), "license.terms", "allows no commercial use"],
		["copyleft", licensed("AGPL-3.0-only"), "license.terms", "source of a service"],
		[
			"a base model's terms",
			licensed("Apache-2.0", "---\nbase_model: meta-llama/Llama-3.1-8B\n---\n"),
			"license.base-model",
			"meta-llama/Llama-3.1-8B limits use",
		],
		[
			"a card that says otherwise",
			licensed("MIT", "---\nlicense: apache-2.0\n---\n"),
			"license.base-model",
			"the model card says apache-2.0",
		],
	];
	it.each(warned)("warns of %s and refuses nothing", async (_, files, code, words) => {
		const result = await outcome("G05", files);
		expect(result).toMatchObject({ status: "fail", severity: "warn" });
		expect(result.findings!.map((finding) => finding.code)).toContain(code);
		expect(result.findings!.map((finding) => finding.message).join("\n")).toContain(words);
		expect(result.summary.verdict).toBe("pass");
	});

	it("suggests the nearest identifier", async () => {
		expect((await outcome("G05", licensed("Apache-2"))).hint).toBe("Did you mean Apache-2.0?");
	});

	it("is satisfied when manifest and card mean the same", async () => {
		const card = "---\nlicense: llama3.1\nbase_model:\n- meta-llama/Llama-3.1-8B\n---\n# Card\n";
		const { findings } = await outcome("G05", licensed("LicenseRef-llama3.1", card));
		expect(findings!.map((finding) => finding.code)).toEqual(["license.terms"]);
		expect(await outcome("G05", licensed("Apache-2.0", "---\nlicense: apache-2.0\n---\n"))).toMatchObject({ status: "pass" });
	});
});
