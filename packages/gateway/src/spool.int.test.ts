import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UnsentWindow } from "./record.ts";
import { WindowSpool } from "./spool.ts";

const window = (second: number, n = 1): UnsentWindow => ({
	v: 1,
	second,
	table: { epoch: 1, revision: 1 },
	thresholds: "t",
	endpoint: "e",
	arms: { a: { role: "champion", n, failed: { runtime: 0, timeout: 0, output: 0, reset: 0 }, over: [], latency: [] } },
	excluded: { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 },
	dropped: 0,
});

describe("the window spool", () => {
	let dir: string;
	const warnings: string[] = [];
	const log = { info: () => {}, warn: (_: object, message: string) => void warnings.push(message), error: () => {} };
	beforeEach(async () => {
		dir = await mkdtemp(join(tmpdir(), "hg-spool-"));
	});
	afterEach(() => rm(dir, { recursive: true, force: true }));
	const open = (boot: string, maxWindows?: number) =>
		WindowSpool.open({ dir, gateway: "g1", boot, log, ...(maxWindows === undefined ? {} : { maxWindows }) });

	it("gives a new life what an earlier one had not handed over, under its old boot", async () => {
		const first = await open("b1");
		first.append([window(1), window(2), window(3)]);
		first.acknowledge({ b1: 0 });
		await first.close();
		const second = await open("b2");
		second.append([window(4)]);
		expect(second.batch().map((one) => [one.boot, one.sequence, one.second])).toEqual([
			["b1", 1, 2],
			["b1", 2, 3],
		]);
		second.acknowledge({ b1: 2 });
		expect(second.batch().map((one) => [one.boot, one.sequence])).toEqual([["b2", 0]]);
		await second.close();
		const third = await open("b3");
		expect(third.batch().map((one) => one.boot)).toEqual(["b2"]);
	});

	it("hands over an earlier life in the order of its sequence, so that no acknowledgement speaks for what was not sent", async () => {
		const first = await open("b1");
		first.append(Array.from({ length: 1_500 }, (_, i) => window(10 + i)));
		first.append([{ ...window(10), endpoint: "slow" }]);
		await first.close();
		const second = await open("b2");
		const seen: number[] = [];
		while (second.size > 0) {
			const batch = second.batch();
			seen.push(...batch.map((one) => one.sequence));
			second.acknowledge({ b1: Math.max(...batch.map((one) => one.sequence)) });
		}
		expect(seen).toEqual(Array.from({ length: 1_501 }, (_, sequence) => sequence));
		await second.close();
	});

	it("leaves out a torn last line and says so", async () => {
		const first = await open("b1");
		first.append([window(1)]);
		await first.close();
		await writeFile(join(dir, "b1.ndjson"), '{"v":1,"gatew', { flag: "a" });
		expect((await open("b2")).size).toBe(1);
		expect(warnings.at(-1)).toMatch(/unreadable/);
	});

	it("never parts the windows of one second", async () => {
		const spool = await open("b1");
		spool.append(Array.from({ length: 999 }, (_, second) => window(second)));
		spool.append([window(999), window(999), window(999), window(1000)]);
		expect(spool.batch().at(-1)!.second).toBe(999);
		expect(spool.batch()).toHaveLength(1002);
	});

	it("drops the oldest beyond its bound and tells how many requests that were", async () => {
		const spool = await open("b1", 3);
		spool.append([window(1, 5), window(2, 7), window(3), window(4), window(5)]);
		expect(spool.size).toBe(3);
		expect(spool.takeLost()).toBe(12);
		expect(spool.takeLost()).toBe(0);
	});

	it("keeps windows in memory when the disk takes none", async () => {
		const spool = await open("b1");
		await rm(dir, { recursive: true });
		spool.append([window(1)]);
		await spool.close();
		expect(spool.size).toBe(1);
	});
});
