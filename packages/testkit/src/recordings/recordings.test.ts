import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Evidence, Placed } from "@headgate/core/analysis";
import { type Recorded, Replay } from "@headgate/core/rollout";
import { describe, expect, it } from "vitest";

/**
 * Journals and evidence of rollouts that older judges decided, one file each: `judge-VERSION-STORY.jsonl`. They are never made anew: a
 * build that cannot reach their decisions again cannot replay what its users have on disk.
 */
const FILES = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".jsonl"));

interface Line {
	readonly recorded?: Recorded;
	readonly evidence?: Placed<Evidence>;
}

function read(file: string): readonly Line[] {
	const text = readFileSync(path.join(import.meta.dirname, file), "utf8");
	return text
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as Line);
}

describe("a rollout that was decided by an older release", () => {
	it("is there for each version of the judge that ever decided", () => {
		expect(new Set(FILES.map((file) => file.split("-")[1]))).toEqual(new Set(["1"]));
	});

	it.each(FILES)("%s: reaches every decision again, with the judge that made it", (file) => {
		const lines = read(file);
		const replay = new Replay(lines.flatMap(({ recorded }) => (recorded === undefined ? [] : [recorded])));
		for (const { evidence } of lines) if (evidence !== undefined) replay.take(evidence);
		const report = replay.finish();
		expect(report.differences).toEqual([]);
		expect(report.decisionsEqual).toBeGreaterThan(5);
		expect(report.worstNumber).toBeLessThanOrEqual(1e-9);
	});
});
