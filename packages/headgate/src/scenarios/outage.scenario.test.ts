import { Fleet, type OutageFigures, rehearseOutage } from "@headgate/testkit/fleet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Beyond the trial lease; `npm run bench -- outage --minutes 10` is the same for longer. */
const AWAY_SECONDS = 25;
const LEASE_MS = 15_000;

let fleet: Fleet;
let figures: OutageFigures;

beforeAll(async () => {
	fleet = await Fleet.start();
	figures = await rehearseOutage(fleet, { seconds: AWAY_SECONDS, requestsPerSecond: 200 });
	console.log(JSON.stringify(figures));
}, 180_000);

afterAll(async () => {
	await fleet.stop();
	fleet.remove();
}, 30_000);

describe("control away for longer than the trial lease, in the middle of a rollout under load", () => {
	it("fails no prediction", () => {
		expect(figures.counts).toMatchObject({ bad: 0, lost: 0, retried: 0 });
	});

	it("loses no evidence: every second of every gateway is there, and the counts are the callers'", () => {
		expect(figures.secondsMissing).toEqual([]);
		expect(figures.counted).toBe(figures.counts.answered);
		expect(figures.countedFailed).toBe(0);
	});

	it("gives trial traffic back to the champion within the lease", () => {
		expect(figures.trialRequests.before).toBeGreaterThan(0);
		expect(figures.trialRequests.during).toBeGreaterThan(0);
		// The figure is the end of the last second with trial traffic: up to a second more than the last request.
		expect(figures.lastTrialAfterMs).toBeLessThan(LEASE_MS + 1_000);
	});

	it("judges the backlog in order before the stage moves, and then promotes", () => {
		expect(figures.inOrder).toBe(true);
		expect(figures.movedTooEarly).toEqual([]);
		expect(figures.promotedAfterMs).toBeGreaterThan(0);
	});
});
