import { describe, expect, it } from "vitest";
import { affectedBy } from "./affected.ts";

const CALLS = new Map([
	["site", ["orders", "search"]],
	["orders", ["database"]],
	["search", []],
	["database", []],
	["servi-searc.example", []],
	["PetSearch_AWS::ECS::Fargate", ["database"]],
]);

describe("services that a fault reaches", () => {
	it("are those that call it, through others too, and itself", () => {
		expect([...affectedBy("orders", CALLS)].sort()).toEqual(["orders", "site"]);
	});

	it("are not those it calls", () => {
		expect(affectedBy("orders", CALLS)).not.toContain("database");
	});

	it("are load balancers in front of them", () => {
		expect(affectedBy("database", CALLS)).toContain("servi-searc.example");
	});

	it("may call each other in a circle", () => {
		const circle = new Map([
			["a", ["b"]],
			["b", ["a"]],
			["c", []],
		]);
		expect([...affectedBy("a", circle)].sort()).toEqual(["a", "b"]);
	});
});
