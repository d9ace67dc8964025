import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bucketMean, meanHalfWidth, meanShiftLogE, relativeLift } from "./business-mean.ts";
import {
	binnedKolmogorovSmirnov,
	jensenShannon,
	kolmogorovSmirnov,
	kolmogorovSmirnovExactP,
	kolmogorovSmirnovRelevanceP,
	kolmogorovUpperTail,
	populationStability,
	stabilityP,
	stabilityThreshold,
	wasserstein,
} from "./distances/index.ts";
import { createCusum, createShiryaevRoberts } from "./e-detector.ts";
import { averageE, eFromP, rejectByEValues } from "./e-values.ts";
import {
	benjaminiHochbergAdjusted,
	bootstrapMean,
	clopperPearsonInterval,
	goodnessOfFit,
	hodgesLehmannShift,
	holmAdjusted,
	independenceTest,
	mannWhitney,
	mannWhitneyExact,
	mcNemar,
	newcombeDifference,
	welchTest,
	wilsonInterval,
} from "./fixed-sample/index.ts";
import { pairedLabelsLogE } from "./paired-labels.ts";
import { quantileRanks } from "./quantile-interval.ts";
import { splitRatioLogE } from "./split-ratio.ts";
import { ErrorBook, PROCESS_KINDS, processKindOf, REFERENCE_CASES } from "./testing/reference-vectors.ts";

/** Reference cases made with Python 3.11, numpy 1.24.2 and scipy 1.10.1; each states its source and tolerance. */
const VECTORS = resolve(import.meta.dirname, "../../../../../shared/reference/statistics-vectors.json");

type Numbers = number[];
// biome-ignore lint/suspicious/noExplicitAny: each case has a shape of its own, which its line below knows
type Inputs = any;

interface Case {
	readonly name: string;
	readonly inputs: Inputs;
	readonly expected: Readonly<Record<string, number | Numbers>>;
	readonly tol: number;
}

const cases: readonly Case[] = JSON.parse(readFileSync(VECTORS, "utf8")).cases;
const BINS = 10;

/** What we say to a case, by the names of what is expected. */
const ANSWERS: readonly (readonly [RegExp, (inputs: Inputs) => Record<string, number | readonly number[]>])[] = [
	[
		/^ks2_.*_exact$/,
		({ x, y }) => {
			const D = kolmogorovSmirnov(x, y);
			return { D, p: kolmogorovSmirnovExactP(D, x.length, y.length) };
		},
	],
	[
		/^ks2_.*_limit$/,
		({ x, y }) => {
			const D = kolmogorovSmirnov(x, y);
			return { D, p: kolmogorovUpperTail(D * Math.sqrt((x.length * y.length) / (x.length + y.length))) };
		},
	],
	[/^kolmogorov_sf$/, ({ x }) => ({ sf: x.map(kolmogorovUpperTail) })],
	[/^ks_binned$/, ({ reference, current }) => ({ D: binnedKolmogorovSmirnov(reference, current) })],
	[/^ks_relevance/, ({ D, n, m, d0 }) => ({ p: kolmogorovSmirnovRelevanceP(D, n, m, d0) })],
	[/^psi_smooth/, ({ reference, current, pseudo }) => ({ psi: populationStability(reference, current, pseudo).psi })],
	[
		/^psi_noise_corrected$/,
		({ reference, current, pseudo }) => {
			const index = populationStability(reference, current, pseudo);
			const { h, nullMean, nullSd, corrected } = index;
			return { h, nullMean, nullSd, corrected, pNull: stabilityP(index, BINS), pRelevance_0_02: stabilityP(index, BINS, 0.02) };
		},
	],
	[/^psi_noise_threshold$/, ({ n, m, B, alpha }) => ({ threshold: stabilityThreshold(n, m, B, alpha) })],
	[
		/^chi2_/,
		({ table }) => {
			const { statistic, p, degrees } = independenceTest(table);
			return { stat: statistic, p, dof: degrees };
		},
	],
	[
		/^srm_chisquare$/,
		({ observed, weights }) => {
			const { statistic, p } = goodnessOfFit(observed, weights);
			return { stat: statistic, p };
		},
	],
	[/^mwu_small_exact$/, ({ x, y }) => upperCase(mannWhitneyExact(x, y))],
	[/^mwu_/, ({ x, y }) => upperCase(mannWhitney(x, y))],
	[/^hodges_lehmann$/, ({ x, y }) => ({ shift: hodgesLehmannShift(x, y) })],
	[
		/^js_divergence$/,
		({ p, q }) => {
			const nats = jensenShannon(p, q);
			return { js_base2: nats / Math.LN2, js_nat: nats, distance_base2: Math.sqrt(nats / Math.LN2) };
		},
	],
	[/^wasserstein_samples$/, ({ x, y }) => ({ w1: wasserstein(x, y) })],
	[/^wasserstein_hist$/, ({ centers, p, q }) => ({ w1: wasserstein(centers, centers, p, q) })],
	[
		/^mcnemar_/,
		({ b, c }) => {
			const { exactP, chiSquare, p } = mcNemar(b, c);
			return { exact_p: exactP, chi2_cc: chiSquare, p_cc: p };
		},
	],
	[
		/^binom_ci_/,
		({ k, n, confidence }) => ({
			wilson: Object.values(wilsonInterval(k, n, confidence)),
			clopper_pearson: Object.values(clopperPearsonInterval(k, n, confidence)),
		}),
	],
	[
		/^newcombe_diff$/,
		({ k1, n1, k0, n0, confidence }) => {
			const { difference, low, high } = newcombeDifference(k1, n1, k0, n0, confidence);
			return { diff: difference, low, high };
		},
	],
	[
		/^welch_t$/,
		({ x, y }) => {
			const { t, p } = welchTest(x, y);
			return { t, p };
		},
	],
	[
		/^cs_quantile_/,
		({ n, p, alpha, a, b }) => {
			const { low, high } = quantileRanks(n, p, alpha, a, b);
			return { rank_low: low, rank_high: high };
		},
	],
	[/^cs_normal_mixture$/, ({ v, tau, alpha }) => ({ half: meanHalfWidth(v, alpha, tau) })],
	[/^e_normal_onesided$/, ({ D, v, tau }) => ({ log_e: D.map((mean: number) => meanShiftLogE([{ mean, variance: v }], tau)) })],
	[
		/^bucket_ratio_var$/,
		({ n, y }) => {
			const { mean, variance } = bucketMean(n.map((count: number, at: number) => ({ n: count, sum: y[at] })));
			return { ratio: mean, var: variance };
		},
	],
	[
		/^delta_relative_lift$/,
		({ m1, v1, m0, v0 }) => {
			const { mean, variance } = relativeLift({ mean: m1, variance: v1 }, { mean: m0, variance: v0 });
			return { lift: mean, var: variance };
		},
	],
	[/^e_mcnemar$/, ({ b, c }) => ({ log_e_two_sided: pairedLabelsLogE(b, c) })],
	[/^e_srm$/, ({ n1, n0, w1 }) => ({ log_e: splitRatioLogE(n1, n0, w1) })],
	[/^e_bh$/, ({ e, alpha }) => ({ rejected: rejectByEValues(e, alpha) })],
	[/^e_mean$/, ({ e, weights }) => ({ e: averageE(e, weights) })],
	[/^p_to_e$/, ({ p }) => ({ e: p.map(eFromP) })],
	[
		/^e_detector$/,
		({ p }) => {
			const [sr, cusum] = [createShiryaevRoberts(), createCusum()];
			return { sr: p.map((one: number) => sr.update(eFromP(one))), cusum: p.map((one: number) => cusum.update(eFromP(one))) };
		},
	],
	[/^holm_bh_adjusted$/, ({ p }) => ({ holm: holmAdjusted(p), bh: benjaminiHochbergAdjusted(p) })],
	[
		/^bootstrap_given_indices$/,
		({ x, indices, quantiles }) => {
			const [low, high] = bootstrapMean(x, indices, quantiles);
			return { low: low!, high: high! };
		},
	],
];

function upperCase({ u, p }: { u: number; p: number }): Record<string, number> {
	return { U: u, p };
}

const book = new ErrorBook();

afterAll(() => {
	console.log(book.report());
});

describe("the reference vectors of the other methods", () => {
	const others = cases.filter(({ name }) => processKindOf(name) === undefined);
	const answersTo = (name: string) => ANSWERS.filter(([pattern]) => pattern.test(name));

	it("are all there: no case of the file is left out by these tests and those of the processes together", () => {
		const ofProcesses = Object.values(PROCESS_KINDS).reduce((sum, count) => sum + count, 0);
		expect(new Set(cases.map(({ name }) => name)).size).toBe(REFERENCE_CASES);
		expect(ofProcesses + others.length).toBe(REFERENCE_CASES);
		expect(others.filter(({ name }) => answersTo(name).length === 0)).toEqual([]);
	});

	it.each(others)("$name is reproduced", ({ name, inputs, expected, tol }) => {
		const answer = answersTo(name)[0]![1](inputs);
		expect(Object.keys(answer).sort()).toEqual(Object.keys(expected).sort());
		for (const [key, values] of Object.entries(expected)) {
			const got = [answer[key]!].flat();
			const wanted = [values].flat();
			expect(got.length, key).toBe(wanted.length);
			wanted.forEach((value, at) => {
				const error = Math.abs(got[at]! - value);
				book.note(name.split("_")[0]!, error);
				expect(error, `${key}: got ${got[at]}, expected ${value}`).toBeLessThanOrEqual(tol);
			});
		}
		book.reproduced(name);
	});
});
