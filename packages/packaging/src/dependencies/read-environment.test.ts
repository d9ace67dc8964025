import { describe, expect, it } from "vitest";
import { PlainYamlFault } from "../imports/plain-yaml.ts";
import { readEnvironment } from "./read-environment.ts";

const environment = (...items: readonly string[]): string =>
	`name: x\ndependencies:\n${items.map((item) => `  - ${item}\n`).join("")}`;

describe("a conda environment", () => {
	it("gives python's version, the pip part as it stands, and the rest under PyPI's names", () => {
		const text = environment(
			"python=3.11.2",
			"conda-forge::numpy=1.26.4=py311h64a7726_0",
			"pytorch==2.3.0",
			"pip",
			"pip:\n    - torchmetrics>=1\n    - -r other.txt",
		);
		expect(readEnvironment(text)).toEqual({
			python: "3.11.2",
			pip: ["torchmetrics>=1", "-r other.txt"],
			fromConda: [
				{ conda: "numpy", requirement: "numpy==1.26.4" },
				{ conda: "pytorch", requirement: "torch==2.3.0" },
			],
			condaOnly: [],
		});
	});

	it.each([
		["scipy=1.11", "scipy==1.11.*"],
		["scipy=1.11.*", "scipy==1.11.*"],
		["scipy==1.11", "scipy==1.11"],
		["scipy >=1.10,<2", "scipy>=1.10,<2"],
		["scipy", "scipy"],
	])("reads %s as %s", (item, requirement) => {
		expect(readEnvironment(environment(item)).fromConda).toEqual([{ conda: "scipy", requirement }]);
	});

	it("keeps 3.10 the text it is", () => {
		expect(readEnvironment(environment('"python=3.10"')).python).toBe("3.10");
	});

	it("tells what the host has to have from conda's own plumbing", () => {
		const { condaOnly, fromConda } = readEnvironment(
			environment("cudatoolkit=11.8", "libgcc-ng=13", "_openmp_mutex=5.1", "librosa=0.10.1"),
		);
		expect(condaOnly).toEqual(["cudatoolkit"]);
		expect(fromConda.map(({ conda }) => conda)).toEqual(["librosa"]);
	});

	it.each([
		["a key twice", "dependencies: []\ndependencies: []"],
		["a bomb of aliases", `a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\ndependencies: [*c,*c,*c,*c]`],
		["endless nesting", "[".repeat(100_000)],
		["two megabytes", `# ${"x".repeat(2 * 1024 * 1024)}`],
	])("is refused with %s", (_, text) => {
		expect(() => readEnvironment(text)).toThrow(PlainYamlFault);
	});
});
