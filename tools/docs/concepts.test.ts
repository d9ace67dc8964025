import { VERDICTS } from "@headgate/core/kernel";
import { STAGES } from "@headgate/core/plan";
import { describe, expect, it } from "vitest";
import { isTest } from "../house/check-files.ts";
import { readHouse } from "../house/read-files.ts";
import { codeWords, eventTypes, exportedTypes, readConcepts, unionWords } from "./concepts.ts";

const words = codeWords(readConcepts());
const missing = (spellings: readonly string[]) => spellings.filter((word) => !words.has(word));

describe("docs/concepts.md", () => {
	for (const folder of ["kernel", "plan", "rollout", "analysis", "routing"]) {
		it(`names every type that core/${folder} exports`, () => {
			const types = exportedTypes(folder);
			expect(types).not.toEqual([]);
			expect(missing(types)).toEqual([]);
		});
	}

	it("explains every verdict, every kind of stage and every status of a rollout", () => {
		expect(missing(Object.keys(VERDICTS))).toEqual([]);
		expect(missing(STAGES.map((stage) => stage.kind))).toEqual([]);
		expect(missing(unionWords("rollout", "state.ts", "RolloutStatus"))).toEqual([]);
	});

	it("explains what a failed and an undecided gate do, and every role of an arm", () => {
		expect(missing(unionWords("plan", "plan.ts", "OnFail"))).toEqual([]);
		expect(missing(unionWords("plan", "plan.ts", "OnUnknown"))).toEqual([]);
		expect(missing(unionWords("analysis", "window.ts", "ArmRole"))).toEqual([]);
	});

	it("lists every event of a rollout", () => {
		expect(eventTypes()).toContain("RolloutStarted");
		expect(missing(eventTypes())).toEqual([]);
	});

	it("names no type or event that the code does not have", () => {
		const code = [...readHouse()]
			.filter(([file]) => file.startsWith("packages/") && !isTest(file))
			.map(([, text]) => text)
			.join("\n");
		const named = [...words].filter((word) => /^[A-Z][a-z]+[A-Za-z]*$/.test(word));
		expect(named.length).toBeGreaterThan(50);
		expect(named.filter((word) => !new RegExp(`\\b${word}\\b`).test(code))).toEqual([]);
	});
});
