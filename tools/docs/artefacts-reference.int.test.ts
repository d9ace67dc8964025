import { describe, expect, it } from "vitest";
import { judgeArtefacts } from "./artefacts-reference.ts";

describe("model files of others", () => {
	it("are judged as their collection says: hostile ones refused with a code and a way out, sound ones passed", async () => {
		const judged = await judgeArtefacts();
		expect(judged.length).toBeGreaterThanOrEqual(90);
		expect(judged.filter(({ expected, got }) => expected !== got)).toEqual([]);
		expect(judged.filter(({ got, code }) => got === "refused" && !/^[a-z]+(-[a-z]+)*\.[a-z-]+$/.test(code))).toEqual([]);
	}, 60_000);
});
