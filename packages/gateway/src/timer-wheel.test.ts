import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TimerWheel } from "./timer-wheel.ts";

describe("the timer wheel", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it("fires no entry early, and each at most 20 ms late, also beyond one turn of the wheel", () => {
		const wheel = new TimerWheel();
		const fired = new Map<number, number>();
		const delays = [0, 1, 9, 10, 11, 250, 4_999, 5_120, 5_121, 12_000];
		for (const delay of delays) wheel.add(delay, () => fired.set(delay, performance.now()));
		const start = performance.now();
		vi.advanceTimersByTime(13_000);
		for (const delay of delays) {
			const late = fired.get(delay)! - start - delay;
			expect(late).toBeGreaterThanOrEqual(0);
			expect(late).toBeLessThanOrEqual(20);
		}
	});

	it("does not fire what was cancelled, and stops ticking when nothing waits", () => {
		const wheel = new TimerWheel();
		let fired = 0;
		const entries = Array.from({ length: 50 }, () => wheel.add(100, () => fired++));
		for (const entry of entries.filter((_, i) => i % 2 === 0)) wheel.cancel(entry);
		vi.advanceTimersByTime(200);
		expect(fired).toBe(25);
		expect(vi.getTimerCount()).toBe(0);
		for (const entry of entries) wheel.cancel(entry);
		wheel.add(10, () => fired++);
		vi.advanceTimersByTime(50);
		expect(fired).toBe(26);
	});
});
