import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { GENERATED_DOCS } from "./generated-docs.ts";

const root = path.resolve(import.meta.dirname, "../..");

describe("generated pages", () => {
	for (const [page, make] of Object.entries(GENERATED_DOCS)) {
		it(`${page} says what the code says (else: npm run docs)`, async () => {
			expect(readFileSync(path.join(root, page), "utf8")).toBe(await make());
		});
	}
});
