import { describe, expect, it } from "vitest";
import { ControlClock } from "./control-clock.ts";
import { TrialLease } from "./lease.ts";

/** This host's wall clock is an hour behind control's, and both can be moved by hand. */
function clocks() {
	const host = { wall: 1_000_000, monotonic: 50 };
	const clock = new ControlClock({ now: () => host.wall, monotonicMs: () => host.monotonic });
	const pass = (ms: number) => {
		host.wall += ms;
		host.monotonic += ms;
	};
	return { host, clock, pass };
}

describe("the trial lease", () => {
	it("ends at trialUntil on control's clock, however wrong this host's clock is", () => {
		const { clock, pass } = clocks();
		const lease = new TrialLease(clock);
		clock.measure(40, 60, 4_600_000);
		lease.renew(4_615_000);
		pass(14_999);
		expect(lease.holds()).toBe(true);
		pass(1);
		expect(lease.holds()).toBe(false);
	});

	it("is not lengthened by a renewal that is read late", () => {
		const { clock, pass } = clocks();
		const lease = new TrialLease(clock);
		clock.measure(50, 50, 4_600_000);
		pass(20_000);
		lease.renew(4_615_000);
		expect(lease.holds()).toBe(false);
	});

	it("is not moved by setting this host's clock, and that is noticed", () => {
		const { clock, host, pass } = clocks();
		clock.measure(50, 50, 4_600_000);
		const lease = new TrialLease(clock);
		lease.renew(4_615_000);
		host.wall -= 3_600_000;
		pass(15_000);
		expect(lease.holds()).toBe(false);
		expect(clock.hasDrifted()).toBe(true);
	});

	it("does not hold before control has given one", () => {
		expect(new TrialLease(clocks().clock).holds()).toBe(false);
	});
});
