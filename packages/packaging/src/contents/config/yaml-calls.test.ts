import { describe, expect, it } from "vitest";
import { yamlCalls } from "./yaml-calls.ts";

describe("YAML that names code", () => {
	it.each([
		["in block style", "model:\n  _target_: os.system\n", 2],
		["in flow style", "{a: {_target_: os.system}}", 1],
		["behind ten thousand characters", `{a: ${"x".repeat(20_000)}, _target_: os.system}`, 1],
		["with an explicit key", '? "_target_"\n: os.system\n', 1],
		["with an escape in the key", '{"_targ\\x65t_": os.system}', 1],
		["with a key over two lines", 'm:\n  "_tar\\\n    get_": os.system\n', 2],
		["with an alias as key", "x: &k _target_\nm:\n  *k : os.system\n", 3],
		["with a tagged key", "m: {!!str _target_: os.system}", 1],
		["by a tag that calls", 'a: !!python/object/apply:os.system ["id"]', 1],
		["by a tag that makes", "- !!python/object/new:os.system [id]", 1],
		["by a verbatim tag", "a: !<tag:yaml.org,2002:python/object/apply:os.system> [id]", 1],
		["by a tag with a prefix of its own", "%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!object/apply:os.system [id]", 3],
		["by a tag written in percents", "a: !!%70ython/object/apply:os.system [id]", 1],
		["by a tag in the second document", "a: 1\n---\nb: !!python/name:os.system\n", 3],
		["by a tag that imports", "a: !!python/module:os", 1],
	])("is found %s", (_, text, line) => {
		expect(yamlCalls(text)).toEqual([expect.objectContaining({ line })]);
	});

	it.each([
		["plain data", "a: 1\nb: [x, y]\n"],
		["a word that is none of its keys", "the_target_: 1\nnote: python\n"],
		["a tuple", "a: !!python/tuple [1, 2]"],
		["what is no YAML", "a: [\\ targ"],
		["lists in lists", `${"[".repeat(50_000)} targ`],
	])("leaves %s alone", (_, text) => {
		expect(yamlCalls(text)).toEqual([]);
	});

	it("finds in a long text what is disguised, and takes no longer for it", () => {
		const long = `# targ\n${"a: {b: [1, 2, 3], c: 'x'}\n".repeat(38_000)}`;
		const started = performance.now();
		expect(yamlCalls(long)).toEqual([]);
		expect(yamlCalls(`${long}"_targ\\x65t_": os.system\n`)).toMatchObject([{ line: 38_002 }]);
		expect(yamlCalls(`${long}_target_: os.system\n`)).toMatchObject([{ line: 38_002 }]);
		expect(performance.now() - started).toBeLessThan(2_000);
	});
});
