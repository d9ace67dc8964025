import { setTimeout as sleep } from "node:timers/promises";
import { type Evidence, failedOf, type Placed, type Window } from "@headgate/core/analysis";
import type { JournalEvent } from "@headgate/protocol";
import type { Fleet } from "./fleet.ts";
import type { LoadCounts } from "./load.ts";

/** Half of the traffic on trial; the hold is long enough that the outage begins before it is over. */
const PLAN = [
	{ validate: null },
	{ canary: { weight: "50%", hold: "20s", gates: ["error_rate <= 1%"] } },
	{ promote: null },
	{ watch: { hold: "72h" } },
];

export interface OutageFigures {
	/** How long nobody answered at the control API. */
	readonly awaySeconds: number;
	readonly counts: LoadCounts;
	/** Requests in the evidence, each window once. */
	readonly counted: number;
	readonly countedFailed: number;
	/** Seconds of the outage of which a gateway has no window. */
	readonly secondsMissing: readonly number[];
	/** From the last sign of control to the last request that the version on trial answered. */
	readonly lastTrialAfterMs: number;
	/** Requests the version on trial answered before the outage, and in the outage. */
	readonly trialRequests: { readonly before: number; readonly during: number };
	/** Seconds were closed in ascending order, each once. */
	readonly inOrder: boolean;
	/** Events that moved the stage although evidence of the outage was still to be judged. */
	readonly movedTooEarly: readonly string[];
	/** From control's return to the promotion. */
	readonly promotedAfterMs: number;
}

/** Takes control away in the middle of a rollout under load, lets it back, and counts what became of every request. */
export async function rehearseOutage(
	fleet: Fleet,
	of: { readonly seconds: number; readonly requestsPerSecond: number },
): Promise<OutageFigures> {
	await fleet.push("1.0.0", "1.1.0");
	await fleet.apply(PLAN);
	await fleet.happens(await fleet.deploy("1.0.0"), "Promoted");
	const rollout = await fleet.deploy("1.1.0");
	await fleet.happens(rollout, "StageEntered");
	await fleet.whole();
	// Only from here on is every window kept as evidence: each request is sent while a rollout follows.
	const load = fleet.load(of);
	await sleep(5_000);
	await fleet.keepControlAway();
	const goneAtMs = Date.now();
	await sleep(of.seconds * 1_000);
	await fleet.letControlBack();
	const backAtMs = Date.now();
	await fleet.answers();
	const promoted = await fleet.happens(rollout, "Promoted");
	const counts = await load.stop();
	await sleep(2_500);
	const figures = judge(await fleet.evidence(), await fleet.rolloutEvents(rollout), goneAtMs, backAtMs);
	return { awaySeconds: (backAtMs - goneAtMs) / 1_000, counts, promotedAfterMs: promoted.at - backAtMs, ...figures };
}

function judge(evidence: readonly Placed<Evidence>[], events: readonly JournalEvent[], goneAtMs: number, backAtMs: number) {
	const windows = onlyOnce(evidence);
	const [first, last] = [Math.ceil(goneAtMs / 1_000), Math.floor(backAtMs / 1_000) - 1];
	const gone = Array.from({ length: last - first + 1 }, (_, i) => first + i);
	const gateways = [...new Set(windows.map((window) => window.gateway))];
	const reported = new Set(windows.map(({ gateway, second }) => `${gateway} ${second}`));
	const trial = windows.map((window) => ({ second: window.second, n: trialRequests(window) })).filter(({ n }) => n > 0);
	const within = trial.filter(({ second }) => second >= first && second <= last);
	const closed = evidence.filter((record) => record.kind === "close");
	const judged = closed.find((record) => record.second >= last)?.position ?? Number.POSITIVE_INFINITY;
	const moves = events.filter((event) => /^(StageEntered|Promoted|RollbackBegun|RolloutAsked)$/.test(event.type));
	const early = moves.filter((event) => event.at > backAtMs && (event.data as { after: number }).after < judged);
	const sum = (requests: readonly { readonly n: number }[]) => requests.reduce((total, { n }) => total + n, 0);
	return {
		counted: sum(windows.flatMap((window) => Object.values(window.arms))),
		countedFailed: sum(windows.flatMap((window) => Object.values(window.arms).map((arm) => ({ n: failedOf(arm) })))),
		secondsMissing: gone.filter((second) => gateways.some((gateway) => !reported.has(`${gateway} ${second}`))),
		// A window counts the requests that began in its second: the last may have begun at its very end.
		lastTrialAfterMs: Math.max(0, ...within.map(({ second }) => (second + 1) * 1_000 - goneAtMs)),
		trialRequests: { before: sum(trial.filter(({ second }) => second < first)), during: sum(within) },
		inOrder: closed.every((record, i) => i === 0 || record.second > closed[i - 1]!.second),
		movedTooEarly: early.map((event) => event.type),
	};
}

function onlyOnce(evidence: readonly Placed<Evidence>[]): readonly Window[] {
	const windows = evidence.flatMap((record) => (record.kind === "window" ? [record.window] : []));
	return [...new Map(windows.map((window) => [`${window.gateway} ${window.boot} ${window.sequence}`, window])).values()];
}

function trialRequests({ arms }: Window): number {
	return Object.values(arms).reduce((sum, arm) => sum + (arm.role === "challenger" ? arm.n : 0), 0);
}
