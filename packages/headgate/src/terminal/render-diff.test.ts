import type { PackageDiff } from "@headgate/packaging";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignRows } from "./align-rows.ts";
import { renderDiff } from "./render-diff.ts";

const plain = { paint: (_: string, text: string) => text };
const named = { name: "credit-risk", digest: "sha256:0" };
const none: PackageDiff = {
	a: { ...named, version: "1.0.0" },
	b: { ...named, version: "1.1.0" },
	same: false,
	files: [],
	manifest: [],
	schemas: { changes: [], needed: "none", declared: "minor", enough: true },
	features: { before: 2, after: 2, added: [], removed: [], reordered: false },
	dependencies: [],
	datasets: [],
	hyperparameters: [],
	metrics: [],
	templates: [],
	notCompared: [],
};

function render(more: Partial<PackageDiff>, width = 80): string {
	return renderDiff({ ...none, ...more }, plain, width).join("\n");
}

describe("a difference for people", () => {
	it("says in one line that two packages are the same", () => {
		expect(render({ same: true })).toBe("credit-risk@1.0.0 -> credit-risk@1.1.0\nthe same content, byte for byte");
	});

	it("stands in columns, with a sign and a unit, and names the parts that are the same", () => {
		const text = render({
			files: [
				{ path: "a.onnx", change: "changed", bytesBefore: 512, bytesAfter: 2_048 },
				{ path: "b.txt", change: "added", bytesBefore: null, bytesAfter: 7 },
			],
			metrics: [{ name: "auc", before: 0.75, after: 0.8, difference: 0.05, better: true }],
		});
		expect(text).toContain("files  1 changed, 1 added\n  ~  a.onnx  512 B  ->  2.0 KiB  +1.5 KiB\n  +  b.txt              7 B");
		expect(text).toContain("metrics  1 changed\n  ~  auc  0.75  ->  0.8  +0.05  better");
		expect(text).toContain("the same: manifest, schemas, features, dependencies, data, hyperparameters, chat templates");
	});

	it("says that a deploy is refused when the schemas need a larger step", () => {
		const changes = [{ path: "output.score", what: "maximum 1 -> 100", bump: "major" as const }];
		const text = render({ schemas: { changes, needed: "major", declared: "minor", enough: false } });
		expect(text).toContain(
			"schemas  need a major step, 1.0.0 -> 1.1.0 is only minor: a deploy is refused\n  ~  output.score  maximum 1 -> 100  major",
		);
		expect(render({ schemas: { changes, needed: "major", declared: "none", enough: false } })).toContain("1.1.0 is no step: a");
	});

	it("names what could not be compared", () => {
		expect(render({ notCompared: ["evaluation: it is not JSON"] })).toContain("not compared: evaluation: it is not JSON");
	});
});

describe("rows in columns", () => {
	it("never exceed the width, whatever the cells hold, as long as each column may have eight characters", () => {
		const rows = fc.array(fc.tuple(fc.string(), fc.string({ maxLength: 200 }), fc.string()), { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(rows, fc.integer({ min: 28, max: 120 }), (cells, width) => {
				for (const line of alignRows(cells, width)) expect(line.length).toBeLessThanOrEqual(width);
			}),
		);
	});

	it("show a cut by its mark, and give no room to a column without a word", () => {
		expect(alignRows([["+", "", "a-very-long-name", "x"]], 14)).toEqual(["+  a-very-…  x"]);
	});
});
