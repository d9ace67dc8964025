import { describe, expect, it } from "vitest";
import { judgeTemplate } from "./judge-template.ts";

async function codesOf(template: string): Promise<string[]> {
	return (await judgeTemplate(template, "t")).map(({ code, mild }) => (mild ? `${code} (mild)` : code));
}

describe("a template that reaches into Python is refused", () => {
	it.each([
		["attributes", "{{ messages.__class__ }}"],
		["one underscore, as in self._TemplateReference__context", "{{ self._TemplateReference__context.cycler }}"],
		["the method resolution order", "{{ ''.x.mro() }}"],
		["an item", "{{ x['__globals__'] }}"],
		["hexadecimal escapes", "{{ x['\\x5f\\x5fglobals\\x5f\\x5f'] }}"],
		["octal escapes", "{{ x['\\137\\137class\\137\\137'] }}"],
		["a named character", '{{ x["\\N{LOW LINE}_class__"] }}'],
		["two texts side by side", "{{ x['__cla' 'ss__'] }}"],
		["texts put together", "{{ x['__cla' ~ 'ss__'] }}"],
		["a text times two", "{{ x['_'*2 ~ 'class' ~ '_'*2] }}"],
		["a name set before", "{% set a = '__cla' %}{{ x[a ~ 'ss__'] }}"],
		["a list that is joined", "{{ x[['__', 'class', '__']|join] }}"],
		["a joined name set before", "{% set k = ['__', 'class', '__']|join %}{{ x[k] }}"],
		["a text turned around", "{{ x['__ssalc__'|reverse] }}"],
		["characters by their numbers", "{{ x['%c%cclass%c%c'|format(95,95,95,95)] }}"],
		["a special name in a variable", "{% set k = '__builtins__' %}{{ x }}"],
		["the filter attr", "{{ x|attr('role') }}"],
		["the filter attr with space", "{{ x |  attr ( 'role' ) }}"],
		["map with attr", "{{ [x]|map('attr', 'y')|list }}"],
		["map along an attribute", "{{ [x]|map(attribute='__class__')|list }}"],
		["map along a hidden attribute", "{{ [x]|map(attribute='__cla' ~ 'ss__')|list }}"],
		["map along an attribute made at run time", "{{ [x]|map(attribute=messages[0].content)|list }}"],
		["sort along an attribute", "{{ [x]|sort(attribute='a.__class__') }}"],
		["format", "{{ '{0.__class__}'.format(x) }}"],
		["format of a name", "{% set f = '{0.__class__}' %}{{ f.format(x) }}"],
		["lipsum", "{{ lipsum }}"],
		["cycler", "{{ cycler.__init__.__globals__.os.popen('id').read() }}"],
		["cycler in a variable", "{% set c = cycler %}{{ c }}"],
		["a special name", "{{ __import__('os') }}"],
		["include", "{% include '/etc/passwd' %}"],
		["import", "{%- import 'x' as y %}"],
		["from", "{% from 'x' import y %}"],
		["extends", "{%+ extends 'x' %}"],
	])("through %s", async (_, template) => {
		expect(await codesOf(template)).toContain("template.unsafe");
	});
});

describe("a template without end is refused", () => {
	it.each([
		["a range", "{% for i in range(10**9) %}x{% endfor %}"],
		["a range whose end was set before", "{% set n = 10**9 %}{% for i in range(n) %}x{% endfor %}"],
		["loops inside each other", "{% for i in range(5000) %}{% for j in range(5000) %}x{% endfor %}{% endfor %}"],
		["a text repeated", "{{ 'a' * 1000000000 }}"],
		["a list repeated", "{{ [0] * 10**9 }}"],
		["powers of powers", "{{ 9**9**9 }}"],
		["a wide text", "{{ 'a'|center(1000000000) }}"],
	])("for %s", async (_, template) => {
		expect(await codesOf(template)).toContain("template.limit");
	});
});

describe("a template passes", () => {
	it.each([
		["with special names in its text", "import os; __class__ {{ messages[0]['content'] }} .__globals__ lipsum"],
		["with special names in a comment", "{# {{ x.__class__ }} {% include 'x' %} #}"],
		["with special names in a raw block", "{%- raw -%}{{ x.__class__ }}{%- endraw %}"],
		["with a sentence about Python in a text", "{{ 'Never write to __init__.py, import nothing' }}"],
		["with words that are statements elsewhere", "{{ 'include' ~ message.import ~ from }}"],
		["with a text that holds the end of a tag", "{{ '}}' }}{% if x == '%}' %}{% endif %}"],
		["with braces inside a tag", "{{ {'a': {'b': 1}} }}"],
		["with names of tools that have two underscores", "{{ tools['mcp__files__read'] }}{% set n = s ~ '__' ~ t %}{{ tools[n] }}"],
		["with a throw-away variable", "{% for _ in range(3) %}x{% endfor %}"],
		[
			"with a small range and nested loops over messages",
			"{% for m in messages %}{% for c in m.content %}{% for i in range(1000) %}x{% endfor %}{% endfor %}{% endfor %}",
		],
		["with a line of hyphens", "{{ '-' * 80 }}"],
		["with filters that follow plain attributes", "{{ messages|selectattr('role', 'equalto', 'user')|list|length }}"],
		["with a recursive macro", "{% macro t(x) %}{% for y in x %}{{ t(y) }}{% endfor %}{% endmacro %}{{ t(tools) }}"],
		["with a block of set", "{% set a %}text{% endset %}{% set b = c(d=1) %}"],
		["with an attribute called format", "{{ '{} and {}'.format(a, b) }}{{ x.strftime('%d') }}"],
		["with the block of transformers", "{% generation %}{{ message.content }}{% endgeneration %}"],
		["with an id that begins with an underscore", "{{ tool['_id'] }}"],
	])("%s", async (_, template) => {
		expect(await codesOf(template)).toEqual([]);
	});

	it("that maps along a plain attribute or calls joiner, with a warning", async () => {
		expect(await codesOf("{{ tools|map(attribute='function')|list }}")).toEqual(["template.unsafe (mild)"]);
		expect(await codesOf("{% set comma = joiner(', ') %}")).toEqual(["template.unsafe (mild)"]);
	});
});

describe("a template that is none", () => {
	it.each([
		["{{ x", "line 1, column 1: a tag is never closed with }}"],
		["a\n{{ 'x }}", "line 2, column 4: a string is never closed"],
		["{# x", "a comment is never closed"],
		["{% raw %}{{ x }}", "a raw block is never closed"],
		["{{ a ] }}", "a ']' closes nothing"],
		["{{ a $ b }}", "the character U+0024 stands in a tag"],
		[`{{ ${"[".repeat(200)} }}`, "more than 100 brackets inside each other"],
	])("%s is refused with its place", async (template, words) => {
		await expect(judgeTemplate(template, "t")).rejects.toMatchObject({
			code: "template.malformed",
			message: expect.stringContaining(words),
		});
	});

	it.each([
		["{% if a %}", "if is never ended"],
		["{% endfor %}", "endfor closes nothing"],
		["{% for x in y %}{% endif %}", "endif stands where endfor is due"],
	])("%s is refused for its blocks", async (template, what) => {
		expect(await judgeTemplate(template, "t")).toMatchObject([{ code: "template.malformed", what }]);
	});
});
