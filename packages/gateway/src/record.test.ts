import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EndpointRecorder, type Frame, type Ticket, type UnsentWindow } from "./record.ts";

const frame = (revision: number, keys = ["champion", "challenger"]): Frame => ({
	table: { epoch: 1, revision },
	thresholds: { id: "t", latencyUs: [100, 1_000] },
	split: 0.1,
	byUser: true,
	arms: keys.map((key) => ({ key, role: key === "champion" ? "champion" : "challenger" })),
});

type Step =
	| { kind: "start"; arm: "champion" | "challenger" }
	| { kind: "answer" | "fail" | "outlive" | "gone"; pick: number; us: number }
	| { kind: "second" | "table" | "exclude" | "close" };

const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ kind: fc.constant("start" as const), arm: fc.constantFrom("champion" as const, "challenger" as const) }),
	fc.record({
		kind: fc.constantFrom("answer" as const, "fail" as const, "outlive" as const, "gone" as const),
		pick: fc.nat(),
		us: fc.nat(5_000),
	}),
	fc.record({ kind: fc.constantFrom("second" as const, "table" as const, "exclude" as const, "close" as const) }),
);

function total(windows: readonly UnsentWindow[]) {
	const sum = { n: 0, failed: 0, gone: 0, invalid: 0, over: 0, sketched: 0, byUser: 0 };
	for (const window of windows) {
		sum.gone += window.excluded.clientGone;
		sum.invalid += window.excluded.invalid;
		for (const arm of Object.values(window.arms)) {
			sum.n += arm.n;
			sum.failed += arm.failed.runtime;
			sum.over += arm.over[0]!;
			sum.byUser += arm.users![5]!;
			sum.sketched += arm.latency.reduce((count, [, n]) => count + n, 0);
		}
	}
	return sum;
}

describe("an endpoint's recorder", () => {
	it("counts every request exactly once, whatever happens in which order", () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
				let second = 100;
				let revision = 1;
				const recorder = new EndpointRecorder("e", frame(revision), second);
				const running: Ticket[] = [];
				const outlived: Ticket[] = [];
				const windows: UnsentWindow[] = [];
				const expected = { n: 0, failed: 0, gone: 0, invalid: 0, over: 0 };
				for (const one of steps) {
					if (one.kind === "start") running.push(recorder.start(one.arm, one.arm, second, 5));
					else if (one.kind === "second") second++;
					else if (one.kind === "table") recorder.setFrame(frame(++revision), second);
					else if (one.kind === "close") windows.push(...recorder.close(second));
					else if (one.kind === "exclude") {
						recorder.exclude("invalid", second);
						expected.invalid++;
					} else if ("pick" in one && running.length > 0) {
						const [ticket] = running.splice(one.pick % running.length, 1);
						if (one.kind === "gone") {
							recorder.clientGone(ticket!);
							expected.gone++;
							continue;
						}
						expected.n++;
						expected.over += one.us > 100 ? 1 : 0;
						if (one.kind === "answer") recorder.answered(ticket!, one.us);
						else if (one.kind === "fail") {
							recorder.failed(ticket!, "runtime", one.us);
							expected.failed++;
						} else {
							recorder.outlived(ticket!, one.us);
							outlived.push(ticket!);
						}
					}
				}
				for (const ticket of running) recorder.answered(ticket, 1);
				for (const ticket of outlived) recorder.answered(ticket, 9_999);
				windows.push(...recorder.close(second + 1));
				const sum = total(windows);
				expect(sum).toEqual({
					...expected,
					n: expected.n + running.length,
					sketched: expected.n + running.length,
					byUser: expected.n + running.length,
				});
				const order = windows.map((window) => window.second);
				expect(order).toEqual([...order].sort((a, b) => a - b));
			}),
		);
	});

	it("holds a second back while one of its requests is running, and every later second behind it", () => {
		const recorder = new EndpointRecorder("e", frame(1), 10);
		const slow = recorder.start("champion", "champion", 10, 5);
		recorder.answered(recorder.start("champion", "champion", 11, 5), 5);
		expect(recorder.close(13)).toEqual([]);
		recorder.outlived(slow, 5_000_000);
		const windows = recorder.close(13);
		expect(windows.map((window) => window.second)).toEqual([10, 11, 12]);
		expect(windows[0]!.arms.champion).toMatchObject({ n: 1, over: [1, 1] });
	});

	it("adds a failure that became known late to a later window, never more failures than requests", () => {
		const recorder = new EndpointRecorder("e", frame(1), 10);
		const tickets = [1, 2].map(() => recorder.start("challenger", "challenger", 10, 5));
		for (const ticket of tickets) recorder.outlived(ticket, 5_000_000);
		expect(recorder.close(11)[0]!.arms.challenger).toMatchObject({ n: 2, failed: { timeout: 0 } });
		for (const ticket of tickets) recorder.failed(ticket, "timeout", 9_000_000);
		recorder.answered(recorder.start("challenger", "challenger", 12, 5), 5);
		recorder.answered(recorder.start("challenger", "challenger", 13, 5), 5);
		const failures = recorder.close(14).map((window) => [window.arms.challenger!.n, window.arms.challenger!.failed.timeout]);
		expect(failures).toEqual([
			[0, 0],
			[1, 1],
			[1, 1],
		]);
	});

	it("splits a second where the table changes and hands both parts over together", () => {
		const recorder = new EndpointRecorder("e", frame(1), 10);
		const before = recorder.start("champion", "champion", 10, 5);
		recorder.setFrame(frame(2), 10);
		recorder.answered(recorder.start("champion", "champion", 10, 5), 5);
		expect(recorder.close(11)).toEqual([]);
		recorder.answered(before, 5);
		expect(recorder.close(11).map((window) => [window.second, window.table.revision, window.arms.champion!.n])).toEqual([
			[10, 1, 1],
			[10, 2, 1],
		]);
	});

	it("counts each request once when control's clock is set back, and does not wait for the old time to come again", () => {
		const recorder = new EndpointRecorder("e", frame(1), 1_000);
		const closed: UnsentWindow[] = [];
		for (const second of [1_000, 980, 981, 982, 983, 984, 985, 986, 987, 988, 989, 990, 995, 1_000, 1_001]) {
			recorder.answered(recorder.start("champion", "champion", second, 5), 5);
			closed.push(...recorder.close(second));
			if (second === 980) expect(closed.map((window) => window.second)).toEqual([1_000]);
		}
		closed.push(...recorder.close(1_002));
		expect(total(closed).n).toBe(15);
	});

	it("does not make up seconds in which the process was suspended", () => {
		const recorder = new EndpointRecorder("e", frame(1), 10);
		expect(recorder.close(10_000).map((window) => window.second)).toEqual([10]);
	});
});
