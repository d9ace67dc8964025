import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { isTest } from "../house/check-files.ts";
import { readHouse } from "../house/read-files.ts";

const folder = path.resolve(import.meta.dirname, "../../docs/runbooks");
const pages = readdirSync(folder).filter((name) => name !== "README.md");
const index = readFileSync(path.join(folder, "README.md"), "utf8");
/** `log.error({ ... }, "message")`, over several lines too. */
const ERROR_LINE = /\blog\.error\(\s*\{[^{}]*\},\s*"([^"]+)"/g;

describe("the runbooks", () => {
	it("have a page for every ERROR line that a process can write", () => {
		const sources = [...readHouse()].filter(([file]) => file.startsWith("packages/") && !isTest(file));
		const lines = sources.flatMap(([, text]) => [...text.matchAll(ERROR_LINE)].map((match) => match[1]!));
		expect(lines.length).toBeGreaterThan(5);
		expect(lines.filter((line) => !index.includes(`\`${line}\``))).toEqual([]);
	});

	it("are all reached from their table, and each says what one sees, what it means and what to do", () => {
		expect(pages.filter((page) => !index.includes(`(${page})`))).toEqual([]);
		for (const page of pages) {
			const text = readFileSync(path.join(folder, page), "utf8");
			expect(text, page).toContain("**You see**");
			expect(text, page).toContain("**Do**");
		}
	});
});

describe("links between the pages", () => {
	it("lead to files that exist", () => {
		const root = path.resolve(folder, "../..");
		const docs = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" });
		const all = [
			"README.md",
			"CONTRIBUTING.md",
			"CHANGELOG.md",
			...docs.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`),
		];
		const broken = all.flatMap((page) =>
			[...readFileSync(path.join(root, page), "utf8").matchAll(/\]\(([^)#]+)[^)]*\)/g)]
				.map((match) => match[1]!)
				.filter((link) => !/^https?:/.test(link) && !existsSync(path.resolve(root, path.dirname(page), link)))
				.map((link) => `${page}: ${link}`),
		);
		expect(broken).toEqual([]);
	});
});
