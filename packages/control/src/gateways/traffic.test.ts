import type { Window } from "@headgate/core/analysis";
import { describe, expect, it } from "vitest";
import { Traffic } from "./traffic.ts";

const NOW = 1_000_000;

function window(second: number, n: number, failed = 0): Window {
	const excluded = { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 };
	const counts = { runtime: 0, timeout: 0, output: failed, reset: 0 };
	const arms = { arm: { role: "champion" as const, n, failed: counts, over: [], latency: [[100, n] as const] } };
	const table = { epoch: 1, revision: 1 };
	const place = { gateway: "g1", boot: "b1", sequence: second, second };
	return { v: 1, ...place, table, thresholds: "none", endpoint: "credit-risk", arms, excluded, dropped: 0 };
}

describe("traffic for people to look at", () => {
	it("is the mean of the last seconds reported", () => {
		const traffic = new Traffic(() => NOW * 1_000);
		for (let second = NOW - 20; second < NOW; second++) traffic.add(window(second, 50, 5));
		expect(traffic.of("credit-risk", 10)).toMatchObject([{ key: "arm", requestsPerSecond: 50, failedShare: 0.1 }]);
	});

	it("is gone soon after the last request, not remembered as a rate", () => {
		let nowMs = NOW * 1_000;
		const traffic = new Traffic(() => nowMs);
		traffic.add(window(NOW, 50));
		nowMs += 25_000;
		expect(traffic.of("credit-risk", 10)).toEqual([]);
	});

	it("keeps a minute, and nothing that a wrong clock reports ahead", () => {
		let nowMs = NOW * 1_000;
		const traffic = new Traffic(() => nowMs);
		traffic.add(window(NOW + 86_400, 1));
		for (let second = NOW; second < NOW + 600; second++) {
			nowMs = second * 1_000;
			traffic.add(window(second, 1));
		}
		expect(traffic.of("credit-risk", 600)[0]?.requestsPerSecond).toBeCloseTo(60 / 600, 9);
	});

	it("of an endpoint nobody has asked is nothing", () => {
		expect(new Traffic(() => NOW).of("other", 10)).toEqual([]);
	});
});
