import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const folder = path.join(root, "docs/decisions");
const notes = readdirSync(folder).sort();
const scripts = Object.keys(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).scripts as object);

describe("a decision", () => {
	it("has a number of its own, without gaps", () => {
		expect(notes.map((name) => Number(name.slice(0, 4)))).toEqual(notes.map((_, i) => i + 1));
	});

	for (const name of notes) {
		const text = readFileSync(path.join(folder, name), "utf8");

		it(`(${name}) is dated, on one page, and ends with what keeps it true`, () => {
			const [title, , date] = text.split("\n");
			expect(title).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. \\S`));
			expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
			expect(text.split("\n").length).toBeLessThan(80);
			expect(text.split("\n\n").at(-1)).toMatch(/^\*Kept true by:\*/);
		});

		it(`(${name}) is kept true by tests and commands that exist, under the titles it names`, () => {
			const kept = text.split("*Kept true by:*").at(-1)!.replaceAll("\n", " ");
			const files = kept.match(/(?:packages|tools)\/[\w./-]+\w/g) ?? [];
			expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
			expect(
				[...kept.matchAll(/npm run (\w+)/g)].map((match) => match[1]!).filter((script) => !scripts.includes(script)),
			).toEqual([]);
			const tests = files.map((file) => readFileSync(path.join(root, file), "utf8")).join("\n");
			const titles = [...kept.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
			expect(titles.filter((title) => !tests.includes(title))).toEqual([]);
			expect(files.length + (kept.includes("`") ? 1 : 0)).toBeGreaterThan(0);
		});
	}
});
