import { ERRORS } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import { isTest } from "../house/check-files.ts";
import { readHouse } from "../house/read-files.ts";

const CATALOGUE = "packages/protocol/src/errors/";
/** Where a code is given: thrown, refused, or as a field. Also the local helpers that do one of these. */
const GIVEN =
	/\b(?:HeadgateError|refuse|refusal|fault|fail)\(\s*"([a-z][a-z-]*\.[a-z][a-z-]*)"|\bcode:\s*"([a-z][a-z-]*\.[a-z][a-z-]*)"/g;

const sources = [...readHouse()].filter(([file]) => file.startsWith("packages/") && !isTest(file) && !file.startsWith(CATALOGUE));

describe("error codes", () => {
	it("are all rows of the catalogue, so that each has a status, an exit code and a hint", () => {
		const unknown = sources.flatMap(([file, text]) =>
			[...text.matchAll(GIVEN)]
				.map((match) => `${match[1] ?? match[2]} in ${file}`)
				.filter((use) => !(use.split(" ")[0]! in ERRORS)),
		);
		expect(unknown).toEqual([]);
	});

	it("are all in use, so that the catalogue promises nothing", () => {
		const text = sources.map(([, source]) => source).join("\n");
		expect(Object.keys(ERRORS).filter((code) => !text.includes(`"${code}"`))).toEqual([]);
	});

	it("are spelled area.kebab, and each says when it happens and what to do", () => {
		for (const [code, { when, hint, status }] of Object.entries(ERRORS)) {
			expect(code).toMatch(/^[a-z][a-z-]*\.[a-z][a-z0-9-]*$/);
			expect(when, code).toMatch(/^\S.*\.$/s);
			expect(hint, code).not.toBe("");
			expect(status, code).toSatisfy((value: number) => value >= 400 && value <= 599);
		}
	});
});
