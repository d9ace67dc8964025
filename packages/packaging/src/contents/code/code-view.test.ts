import { describe, expect, it } from "vitest";
import { codeSmells } from "./code-smells.ts";
import { codeView, type Language } from "./code-view.ts";
import { hasCommonExport, hasDefaultExport, moduleImports } from "./module-parts.ts";

const smells = (source: string, language: Language): string[] =>
	codeSmells(codeView(source, language), language).map(({ what }) => what);

describe("a view of code", () => {
	it("keeps lines and columns, and blanks comments and texts", () => {
		const source = `const a = "x // y"; // eval(1)\n/* fetch( */ b\`t $\{c("\`")} u\`; d = /["\`]/g; e / f / g;`;
		const { code } = codeView(source, "javascript");
		expect(code).toHaveLength(source.length);
		expect(code).toBe(
			`${'const a = "      "; '.padEnd(30)}\n${" ".repeat(13)}b\`  \${c(" ")}  \`; d =${" ".repeat(7)}g; e / f / g;`,
		);
	});

	it("knows Python's long texts", () => {
		const { code } = codeView('"""eval(\n"""\nx = \'#\' # exec(\ny', "python");
		expect(code).toBe(`"""     \n"""\nx = ' ' ${" ".repeat(7)}\ny`);
	});
});

describe("a module", () => {
	it.each([
		["export default function pre() {}", true, false],
		["function pre() {}\nexport { pre as default };", true, false],
		["export const pre = 1;", false, false],
		["// export default 1\nconst a = 'export default 1';", false, false],
		["module.exports = () => 1;", false, true],
		["exports.pre = 1; if (module.exports == 1) {}", false, false],
	])("%j has a default: %s as ES module, %s as CommonJS", (source, es, common) => {
		const view = codeView(source, "javascript");
		expect([hasDefaultExport(view), hasCommonExport(view)]).toEqual([es, common]);
	});

	it("names what it imports", () => {
		const source =
			'import a from "./a.mjs"; import "./b.mjs"; export * from \'./c.mjs\'; // import "./no.mjs"\nconst d = await import("d"); require("e");';
		expect(moduleImports(codeView(source, "javascript")).map(({ specifier }) => specifier)).toEqual([
			"./a.mjs",
			"./b.mjs",
			"./c.mjs",
			"d",
			"e",
		]);
	});
});

describe("code smells", () => {
	it.each([
		["import subprocess", "starts a process (subprocess)"],
		["os.system('id')", "starts a process (system)"],
		["import requests", "opens connections (requests)"],
		["eval(x)", "runs code it puts together (eval)"],
		["m = torch.load(path)", "loads objects that may run code (torch.load)"],
		["open('/etc/x', 'w')", "changes files (open with 'w')"],
	])("of Python: %s", (source, what) => {
		expect(smells(source, "python")).toEqual([what]);
	});

	it.each([
		['import { spawn } from "node:child_process";', "starts a process (node:child_process)"],
		["await fetch(url)", "opens connections (fetch)"],
		["new Function('x')", "runs code it puts together (Function)"],
		['fs.writeFileSync("/etc/x", y)', "changes files (writeFileSync)"],
	])("of JavaScript: %s", (source, what) => {
		expect(smells(source, "javascript")).toEqual([what]);
	});

	it("are not seen in words that only look alike", () => {
		const python =
			"model.eval()\n# import subprocess\nprint('eval(x)')\nre.compile('a')\nopen('a.txt')\nopen(p, 'rb')\nopen('/tmp/a', 'w')\nmedieval(1)";
		expect(smells(python, "python")).toEqual([]);
		expect(smells("model.eval(); // fetch(\nconst s = 'eval('; regex.exec(x); prefetch(1);", "javascript")).toEqual([]);
	});
});
