import { describe, expect, it } from "vitest";
import { readShellBlocks, renderScript } from "./shell-blocks.ts";

const ports = { control: 1, gateway: 2 };

describe("shell blocks of a page", () => {
	it("are found with their line, and other blocks are left alone", () => {
		const page = "# Title\n\n```sh\nfirst\nsecond\n```\n\n```yaml\nplan: canary\n```\n\n```sh\nthird\n```\n";
		expect(readShellBlocks("a.md", page)).toEqual([
			{ place: "a.md:3", text: "first\nsecond", notRun: null, exits: 0 },
			{ place: "a.md:12", text: "third", notRun: null, exits: 0 },
		]);
	});

	it("are left out with the reason that the page gives, directly above or with a blank line between", () => {
		const page = "<!-- not run: it takes days -->\n```sh\na\n```\n<!-- not run: it needs root -->\n\n```sh\nb\n```\n";
		expect(readShellBlocks("a.md", page).map((block) => block.notRun)).toEqual(["it takes days", "it needs root"]);
	});

	it("say which exit code is right, for their last command", () => {
		const [block] = readShellBlocks("a.md", "<!-- exits 1 -->\n```sh\nfalse\n```\n");
		expect(block?.exits).toBe(1);
		expect(renderScript([block!], ports)).toContain('[ "$code" -eq 1 ]');
	});

	it("that sit inside a longer fence are text, not commands", () => {
		expect(readShellBlocks("a.md", "````md\n```sh\nrm -rf /\n```\n````\n")).toEqual([]);
	});

	it("that are never closed are refused with their place", () => {
		expect(() => readShellBlocks("a.md", "```sh\nls\n")).toThrow("a.md:1");
	});

	it("are run on ports that are free, wherever the page names the default ones", () => {
		const [block] = readShellBlocks("a.md", "```sh\ncurl http://127.0.0.1:7701/v2 -o 77010\n```\n");
		expect(renderScript([block!], ports)).toContain("curl http://127.0.0.1:2/v2 -o 77010");
	});
});
