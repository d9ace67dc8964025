import { describe, expect, it } from "vitest";
import { checkFiles } from "./check-files.ts";
import { HOUSE } from "./house-table.ts";
import { pictureFolders, picturePackages, renderMermaid, risingArrows } from "./picture.ts";
import { readHouse } from "./read-files.ts";

const check = (file: string, ...lines: string[]) => checkFiles(new Map([[file, lines.join("\n")]]));

describe("the table of the house", () => {
	it("lets a package import only parts on a lower level", () => {
		for (const [name, row] of Object.entries(HOUSE)) {
			for (const to of row.mayImport) expect(HOUSE[to]?.level, `${name} -> ${to}`).toBeLessThan(row.level);
		}
	});

	it("is kept by every file of the repository", () => {
		expect(checkFiles(readHouse())).toEqual([]);
	});

	it("names place and way out when an import points up, in every form an import can take", () => {
		const findings = check(
			"packages/control/src/loop.ts",
			'import { openSqliteJournal } from "@headgate/adapters/sqlite";',
			'import type { Gateway } from "@headgate/gateway";',
			'export * from "@headgate/packaging";',
			'export { up } from "headgate";',
			'type Later = import("@headgate/runtime").Model;',
			'	const later = await import("@headgate/testkit/clock");',
		);
		expect(findings.map(({ line, column }) => [line, column])).toEqual([
			[1, 35],
			[2, 30],
			[3, 15],
			[4, 20],
			[5, 21],
			[6, 29],
		]);
		expect(findings[0]?.message).toMatch(
			/^control may not import adapters: adapters are chosen only in headgate: depend on the port/,
		);
		expect(findings[1]?.message).toMatch(/^control may not import gateway: control owns its ports/);
	});

	it("lets tests and their fixtures use testkit and adapters, and nothing else above them", () => {
		const lines = ['import "@headgate/testkit/contracts";', 'import "@headgate/adapters/sqlite";', 'import "headgate";'];
		for (const file of [
			"packages/control/src/a.test.ts",
			"packages/control/src/a.int.test.ts",
			"packages/control/src/fixtures/a.ts",
		]) {
			expect(check(file, ...lines).map(({ line }) => line)).toEqual([3]);
		}
		expect(check("packages/control/src/a.ts", ...lines)).toHaveLength(3);
		expect(check("packages/headgate/src/wiring/a.ts", lines[1] as string)).toEqual([]);
	});

	it("refuses what no package of the repository is called, and relative ways into another package", () => {
		expect(check("packages/control/src/a.ts", 'import "@headgate/rollouts";')[0]?.message).toContain("names no package of this");
		expect(check("packages/control/src/a.ts", 'import "../../core/src/plan/plan.ts";')[0]?.message).toContain(
			"leaves the package",
		);
		expect(check("packages/control/src/b/a.ts", 'import "../plan/plan.ts";')).toEqual([]);
		expect(check("packages/miscellany/src/a.ts", "")[0]?.message).toContain("is not in the table of the house");
	});

	it("keeps core free of Node, packages, clocks and chance, and says what to pass instead", () => {
		const findings = check(
			"packages/core/src/plan/a.ts",
			'import { readFileSync } from "node:fs";',
			'import { z } from "zod";',
			"const at = Date.now();",
			"const day = new Date();",
			"const text = Date();",
			"const u = Math.random();",
			'const v = Math["random"]();',
			"const t = performance.now();",
			"const e = process.env;",
			"setTimeout(() => {}, 5);",
			'const order = "a".localeCompare("b");',
		);
		expect(findings.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
		expect(findings[2]?.message).toBe(
			"core has no `Date.now`: take the instant as an argument (`nowMs: number`): the caller has a clock, and a replay has the time of the event",
		);
		expect(findings[5]?.message).toMatch(/^core has no `Math.random`: take a uniform number as an argument/);
	});

	it("does not mistake a name in text, a property or another object for what core refuses", () => {
		const lines = [
			"// Date.now() and new Date() are refused",
			'const a = { process: 1, Date: "Math.random()" };',
			"const b = a.process;",
		];
		expect(check("packages/core/src/plan/a.ts", ...lines, "declare const row: { now(): number };", "row.now();")).toEqual([]);
		expect(check("packages/control/src/a.ts", "Date.now(); Math.random();")).toEqual([]);
	});

	it("lets a replay reach core, protocol and Node only, also through its neighbours", () => {
		const replay =
			'import "node:sqlite"; import "@headgate/protocol"; import "@headgate/core/rollout"; import "./evidence-lines.ts";';
		const files = new Map([
			["packages/headgate/src/replay-process.ts", replay],
			["packages/headgate/src/evidence-lines.ts", 'import "@headgate/control/evidence";\nimport "undici";'],
		]);
		const findings = checkFiles(files);
		expect(findings.map(({ file, line }) => [file, line])).toEqual([
			["packages/headgate/src/evidence-lines.ts", 1],
			["packages/headgate/src/evidence-lines.ts", 2],
		]);
		expect(findings[0]?.message).toContain("a replay proves that evidence alone leads to the decision");
	});
});

describe("the picture of the house", () => {
	it("has arrows that point down only, between packages and between the folders of core", () => {
		const files = readHouse();
		expect(risingArrows(picturePackages(files))).toEqual([]);
		expect(risingArrows(pictureFolders(files, "core"))).toEqual([]);
		expect(picturePackages(files).arrows.length).toBeGreaterThan(10);
	});

	it("shows an arrow that points up, and folders that import each other in a circle", () => {
		const up = new Map([
			["packages/control/src/a.ts", 'import "@headgate/adapters/sqlite";'],
			["packages/adapters/src/sqlite/index.ts", ""],
		]);
		expect(risingArrows(picturePackages(up))).toEqual([{ from: "control", to: "adapters" }]);
		const circle = new Map([
			["packages/core/src/plan/a.ts", 'import "../rollout/b.ts";'],
			["packages/core/src/rollout/b.ts", 'import "../plan/index.ts";'],
		]);
		expect(() => pictureFolders(circle, "core")).toThrow("the folders plan, rollout of core import each other in a circle");
	});

	it("leaves out an arrow only where a longer way of arrows says the same", () => {
		const arrows = [
			{ from: "a", to: "b" },
			{ from: "b", to: "c" },
			{ from: "a", to: "c" },
		];
		const drawn = renderMermaid({ levels: [["a"], ["b"], ["c"]], arrows });
		expect(drawn.split("\n").filter((line) => line.includes("-->"))).toEqual(["\ta --> b", "\tb --> c"]);
	});
});
