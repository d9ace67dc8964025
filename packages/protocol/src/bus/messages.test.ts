import { describe, expect, it } from "vitest";
import { appliedSchema, helloSchema, tableLineSchema, type WireWindow, windowSchema, windowsSchema } from "./messages.ts";

const WINDOW: WireWindow = {
	v: 1,
	gateway: "g1",
	boot: "b1",
	sequence: 0,
	second: 1,
	table: { epoch: 1, revision: 1 },
	thresholds: "none",
	endpoint: "credit-risk",
	arms: { a: { role: "champion", n: 1, failed: { runtime: 0, timeout: 0, output: 0, reset: 0 }, over: [0], latency: [[5, 1]] } },
	excluded: { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 },
	dropped: 0,
};

describe("a message on the bus", () => {
	it("counts in whole numbers from 0: no fraction, no minus, no NaN reaches a judge", () => {
		expect(windowSchema.safeParse(WINDOW).success).toBe(true);
		for (const n of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null]) {
			const arms = { a: { ...WINDOW.arms["a"], n } };
			expect(windowSchema.safeParse({ ...WINDOW, arms }).success, String(n)).toBe(false);
		}
		expect(windowSchema.safeParse({ ...WINDOW, second: -1 }).success).toBe(false);
	});

	it("has no field that its schema does not know, and names the one it lacks", () => {
		expect(windowSchema.safeParse({ ...WINDOW, user: "someone" }).success).toBe(false);
		const { success, error } = helloSchema.safeParse({ gateway: "g1", boot: "b1", build: "x", clock: 0, pid: 1 });
		expect([success, error?.issues[0]?.path]).toEqual([false, ["table"]]);
	});

	it("is bounded: no more windows than a gateway may send at once", () => {
		const windows = (count: number) => windowsSchema.safeParse({ gateway: "g1", windows: Array(count).fill(WINDOW) }).success;
		expect([windows(10_000), windows(10_001)]).toEqual([true, false]);
	});

	it("says why an arm failed, and is one of the two lines there are", () => {
		const applied = { gateway: "g1", boot: "b1", epoch: 1, revision: 1, breakers: [], memoryBytes: 0 };
		expect(appliedSchema.safeParse({ ...applied, arms: { a: { state: "failed", reason: "opset 99" } } }).success).toBe(true);
		expect(appliedSchema.safeParse({ ...applied, arms: { a: { state: "failed" } } }).success).toBe(false);
		expect(tableLineSchema.safeParse({ kind: "other", trialUntil: 0, controlClock: 0 }).success).toBe(false);
	});
});
