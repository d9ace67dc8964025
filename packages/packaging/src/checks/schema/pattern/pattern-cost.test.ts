import { describe, expect, it } from "vitest";
import { patternCost } from "./pattern-cost.ts";

describe("the cost of a pattern", () => {
	it.each([
		"^[a-z0-9]+(-[a-z0-9]+)*$",
		"^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2})?$",
		"^(\\d{1,3}\\.){3}\\d{1,3}$",
		"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
		"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
		"^(a|b)*c$",
		"^(?=.*[A-Z])(?=.*\\d).{8,}$",
		"^\\p{L}+$",
		"^[^\\s]+$",
		"^(?<year>\\d+)$",
		"^(GB|DE|FR)[A-Z0-9]{2,30}$",
		"^x-",
		"",
		"^(?:[^,\\\\]|\\\\.)*$",
	])("%s reads a text once", (pattern) => {
		expect(patternCost(pattern)).toEqual({ kind: "linear" });
	});

	it.each([
		"^(a+)+$",
		"^(a*)*$",
		"(x+x+)+y",
		"^(a|a)*$",
		"^(a|ab|b)*$",
		"^([a-z]|[a-f])+$",
		"^(a?b?)*$",
		"^(.*,)*$",
		"^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$",
		"^((\\w+)\\s?)*$",
		"^(\\d+)*$",
		"^([^a]|[^b])*$",
		"^([^\\p{L}]|a)*$",
	])("%s may double its ways at every character: refused", (pattern) => {
		expect(patternCost(pattern)).toEqual({ kind: "refused", reason: expect.stringContaining("same text in two ways") });
	});

	it.each([
		["^(a?){30}a{30}$", "30 places"],
		["^(ab|a){20}$", "places where two ways"],
		["^(a)\\1$", "back reference"],
		["(?<x>a)\\k<x>", "back reference"],
		["^(?i:a)$", "flags"],
		["(", "no regular expression"],
		[`^${"a".repeat(600)}$`, "602 characters"],
		["^(\\d{400}){400}$", "more than 1000"],
		[`${"(".repeat(60)}a${")".repeat(60)}`, "nest deeper"],
		["^(([a-z]{1,9}){1,9}){1,9}$", "two ways"],
	])("%s is refused", (pattern, words) => {
		expect(patternCost(pattern)).toEqual({ kind: "refused", reason: expect.stringContaining(words) });
	});

	it.each([
		["^[^@]+@[^@]+\\.[^@]+$", 3, 464],
		["^\\d*\\d*$", 2, 10_000],
		["\\d+$", 2, 10_000],
		["^.*a.*b.*$", 3, 464],
	])("%s is another factor of the length for each loop", (pattern, degree, maxLength) => {
		expect(patternCost(pattern)).toEqual({ kind: "polynomial", degree, maxLength });
	});
});
