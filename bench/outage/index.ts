/**
 * Control away in the middle of a rollout under load, by default for ten minutes: what became of every request, of the evidence and
 * of the trial traffic. The same rehearsal runs for 25 s in the scenarios.
 */
import { Fleet, type OutageFigures, rehearseOutage } from "@headgate/testkit/fleet";
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";

/** The trial lease, and the second that a window covers. */
const LEASE_AND_WINDOW_MS = 16_000;

export const outageBench: Bench = {
	name: "outage",
	about: "control away during a rollout: predictions, evidence and trial traffic",
	options: {
		minutes: { about: "how long control is away", fallback: 10, min: 0.5, max: 120 },
		rate: {
			about: "requests per second; fewer could not prove the version on trial in time",
			fallback: 200,
			min: 150,
			max: 5_000,
		},
	},
	run,
};

async function run({ options, folder, line, atEnd }: BenchContext): Promise<BenchResult> {
	const { minutes = 10, rate = 200 } = options;
	const fleet = await Fleet.start({ data: folder });
	atEnd(() => fleet.stop());
	line(`2 gateways, ${rate} requests/s, control away for ${minutes} min`);
	const figures = await rehearseOutage(fleet, { seconds: minutes * 60, requestsPerSecond: rate });
	for (const text of describe(figures)) line(`  ${text}`);
	const { sent, bad, lost } = figures.counts;
	const meets = isWithoutLoss(figures);
	return {
		figure: `${bad + lost} of ${sent} predictions failed, ${figures.counted} in the evidence`,
		first: "0 failed, all in the evidence, judged in order, trial over within the lease",
		meetsFirst: meets,
		goal: "the same",
		meetsGoal: meets,
		versions: {},
		measured: figures,
	};
}

function describe(figures: OutageFigures): readonly string[] {
	const { counts, counted, secondsMissing, lastTrialAfterMs, trialRequests, inOrder, movedTooEarly, promotedAfterMs } = figures;
	return [
		`away            ${figures.awaySeconds.toFixed(1)} s`,
		`callers         ${counts.sent} sent, ${counts.answered} answered, ${counts.bad} bad, ${counts.lost} lost, ${counts.retried} tried twice`,
		`evidence        ${counted} requests, ${secondsMissing.length} seconds missing`,
		`trial traffic   ${trialRequests.before} before, ${trialRequests.during} during, the last within ${(lastTrialAfterMs / 1_000).toFixed(1)} s`,
		`backlog         ${inOrder ? "in order" : "NOT in order"}, ${movedTooEarly.length} moves before its end, promoted ${(promotedAfterMs / 1_000).toFixed(1)} s after control was let back`,
	];
}

function isWithoutLoss(figures: OutageFigures): boolean {
	const { counts, counted, secondsMissing, lastTrialAfterMs, inOrder, movedTooEarly } = figures;
	const answeredAll = counts.bad === 0 && counts.lost === 0;
	const countedAll = counted === counts.answered && secondsMissing.length === 0;
	return answeredAll && countedAll && inOrder && movedTooEarly.length === 0 && lastTrialAfterMs <= LEASE_AND_WINDOW_MS;
}
