import {
	EvidenceMerger,
	Judge,
	type Judgement,
	type OutcomeCount,
	type OutcomesReceived,
	USER_BUCKETS,
	type Window,
} from "@headgate/core/analysis";
import { NO_OBJECTIVES, parsePlan } from "@headgate/core/plan";
import { keyOf } from "@headgate/core/rollout";
import { describe, expect, it } from "vitest";
import { arm, closed, seededUniforms } from "./index.ts";
import { armCounts, windowWith } from "./windows.ts";

/* Requests dealt out to 1, 7 or 64 gateways: everything that is judged at once (errors, latency, the split, labels, sales) comes to the same. */

const CHAMPION = keyOf(arm("1.0.0"));
const CHALLENGER = keyOf(arm("1.1.0"));
const THRESHOLDS = { id: "credit-risk-1/1", latencyUs: [30_000, 36_000, 250_000] };
const SPLIT = 0.5;
const SECONDS = 45;
const REQUESTS_PER_SECOND = 256;

const plan = (() => {
	const gates = [
		"error_rate <= 1%",
		"error_rate <= champion + 0.5pp",
		"error_rate <= champion + 50%",
		"latency_p95 <= champion + 20%",
		"latency_p99 <= 250ms",
		"accuracy >= champion - 1pp",
		"business >= champion - 2%",
	];
	const businessMetrics = { sales: { kind: "rate", direction: "up", primary: true } } as const;
	const stages = [{ canary: { weight: "50%", hold: "20s", gates } }, "promote"];
	const parsed = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: "sales", businessMetrics });
	if (!parsed.ok) throw new Error(parsed.refusal.message);
	return parsed.value;
})();

interface Request {
	readonly second: number;
	readonly challenger: boolean;
	readonly bucket: number;
	readonly failed: boolean;
	/** Above how many of the thresholds. */
	readonly slow: number;
	readonly wrong: boolean;
	readonly sold: boolean;
}

/** A challenger that errs, dawdles and sells a little worse, so that evidence moves both ways. */
function requestsOf(seed: number): readonly Request[] {
	const uniform = seededUniforms(seed);
	return Array.from({ length: SECONDS * REQUESTS_PER_SECOND }, (_, i) => {
		const challenger = uniform() < SPLIT;
		const slowness = uniform() * (challenger ? 0.9 : 1);
		return {
			second: Math.floor(i / REQUESTS_PER_SECOND),
			challenger,
			bucket: Math.floor(uniform() * USER_BUCKETS),
			failed: uniform() < (challenger ? 0.012 : 0.006),
			slow: slowness < 0.005 ? 3 : slowness < 0.03 ? 2 : slowness < 0.05 ? 1 : 0,
			wrong: uniform() < (challenger ? 0.12 : 0.1),
			sold: uniform() < (challenger ? 0.1 : 0.12),
		};
	});
}

function countsOf(role: "challenger" | "champion", requests: readonly Request[]) {
	const users = new Array<number>(USER_BUCKETS).fill(0);
	for (const { bucket } of requests) users[bucket]!++;
	const over = THRESHOLDS.latencyUs.map((_, i) => requests.filter(({ slow }) => slow > i).length);
	return { ...armCounts(role, { n: requests.length, failed: requests.filter(({ failed }) => failed).length, over }), users };
}

/** Each second dealt out to gateways at random, but in the first each gateway has a request of the challenger: they are all as warm. */
function windowsOf(requests: readonly Request[], gateways: number, seed: number): readonly (readonly Window[])[] {
	const uniform = seededUniforms(seed);
	return Array.from({ length: SECONDS }, (_, second) => {
		const dealt: Request[][] = Array.from({ length: gateways }, () => []);
		let next = 0;
		for (const request of requests) {
			if (request.second !== second) continue;
			const first = second === 0 && request.challenger && next < gateways;
			dealt[first ? next++ : Math.floor(uniform() * gateways)]!.push(request);
		}
		return dealt.map((own, i) => {
			const arms = {
				[CHALLENGER]: countsOf(
					"challenger",
					own.filter(({ challenger }) => challenger),
				),
				[CHAMPION]: countsOf(
					"champion",
					own.filter(({ challenger }) => !challenger),
				),
			};
			const part = { gateway: `g${i}`, boot: "b1", sequence: second, second, table: { epoch: 1, revision: 1 } };
			return { ...windowWith({ ...part, thresholds: THRESHOLDS.id, arms }), split: SPLIT };
		});
	});
}

/** Labels and sales of a second come in three seconds later, in one batch. */
function outcomesOf(requests: readonly Request[], second: number): OutcomesReceived {
	const counts = requests.flatMap((request): OutcomeCount[] => {
		if (request.second !== second) return [];
		const of = { second, arm: request.challenger ? CHALLENGER : CHAMPION, bucket: request.bucket, n: 1 };
		return [
			{ ...of, of: "label", wrong: request.wrong ? 1 : 0, absoluteError: 0, squaredError: 0 },
			{ ...of, of: "metric", metric: "sales", sum: request.sold ? 1_000_000 : 0 },
		];
	});
	return { kind: "outcomes", batch: second, counts };
}

/** What is judged of these reports, as it would be written down; whatever cannot be written is not compared. */
function judge(requests: readonly Request[], reports: readonly (readonly Window[])[], shuffle?: () => number) {
	const judging = new Judge(plan, [], { arms: { challenger: CHALLENGER, champion: CHAMPION } });
	const still = { index: 0, promoted: false, championGone: false, rolledBack: false, degraded: [] };
	judging.tell({ ...still, thresholds: THRESHOLDS, championUs: { "0.95": 30_000 } });
	const merger = new EvidenceMerger(CHAMPION, CHALLENGER);
	let judged: Judgement | null = null;
	const verdicts: string[] = [];
	for (const [second, windows] of reports.entries()) {
		// With a shuffle some gateways also run ahead by a second, and send it again when it is due.
		const ahead = shuffle === undefined ? [] : (reports[second + 1] ?? []).filter(() => shuffle() < 0.3);
		const arriving = shuffle === undefined ? windows : [...windows.toSorted(() => shuffle() - 0.5), ...ahead];
		for (const one of arriving) merger.add(one);
		const late = outcomesOf(requests, second - 3);
		const counts = shuffle === undefined ? late.counts : late.counts.toSorted(() => shuffle() - 0.5);
		judging.outcomes({ ...late, counts });
		const record = { ...closed(second), position: second + 1 };
		judged = judging.second(record, merger.close(record, false));
		verdicts.push(JSON.stringify(judged));
	}
	return { verdicts, last: judged! };
}

describe("all evidence of a rollout", () => {
	const requests = requestsOf(5);
	const alone = judge(requests, windowsOf(requests, 1, 1));

	it("speaks of every gate by the end, so that the comparison is one", () => {
		const silent = alone.last.gates.filter(({ logEFail, logEPass }) => logEFail === 0 && logEPass === 0);
		expect(silent.map(({ gate }) => gate)).toEqual([]);
		expect(alone.last.gates.length).toBe(9);
	});

	it.each([
		[7, 2],
		[64, 3],
	])("gives bit-identical judgements in every second when %i gateways share it instead of one", (gateways, seed) => {
		expect(judge(requests, windowsOf(requests, gateways, seed)).verdicts).toEqual(alone.verdicts);
	});

	it("gives bit-identical judgements in whatever order 7 gateways report and outcomes come in", () => {
		for (const seed of [11, 12, 13]) {
			const shuffled = judge(requests, windowsOf(requests, 7, 2), seededUniforms(seed));
			expect(shuffled.verdicts).toEqual(alone.verdicts);
		}
	});

	it("gives other judgements when one request of one gateway failed more: the comparison can fail", () => {
		const at = requests.findIndex(({ second, failed, challenger }) => second === 20 && !failed && challenger);
		const changed = requests.with(at, { ...requests[at]!, failed: true });
		expect(judge(changed, windowsOf(changed, 7, 2)).verdicts).not.toEqual(alone.verdicts);
	});
});
