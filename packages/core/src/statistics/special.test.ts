import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { betaBinomialInterval, betaBinomialLogE } from "./beta-binomial.ts";
import { chiSquareUpperTail } from "./chi-square.ts";
import { incompleteBeta } from "./incomplete-beta.ts";
import { lnBeta, lnGamma } from "./ln-gamma.ts";
import { logAddExp, logSumExp } from "./log-sum-exp.ts";
import { logNormalCdf, normalQuantile } from "./normal.ts";

const NATS = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe("the special functions", () => {
	it("ln gamma obeys gamma(x + 1) = x gamma(x) across all its branches", () => {
		fc.assert(
			fc.property(fc.double({ min: 1e-6, max: 1e4, noNaN: true }), (x) => {
				const expected = lnGamma(x) + Math.log(x);
				expect(Math.abs(lnGamma(x + 1) - expected)).toBeLessThanOrEqual(
					1e-13 * (Math.abs(lnGamma(x)) + Math.abs(Math.log(x)) + 1),
				);
			}),
		);
	});

	it("ln beta keeps its digits where ln gammas of millions would cancel: B(1, n) = 1/n", () => {
		for (const n of [1, 9, 11, 1e3, 1e6, 1e9]) expect(Math.abs(lnBeta(1, n) + Math.log(n))).toBeLessThan(1e-13);
		for (const n of [5, 20, 1e6]) expect(lnBeta(20, n)).toBe(lnBeta(n, 20));
	});

	it("the incomplete beta function is 1 minus its mirror image and grows with x", () => {
		const parameter = fc.double({ min: 0.1, max: 1e4, noNaN: true });
		const share = fc.nat({ max: 1024 }).map((i) => i / 1024); // so that 1 - x is exact
		fc.assert(
			fc.property(parameter, parameter, share, share, (a, b, x, y) => {
				expect(Math.abs(incompleteBeta(a, b, x) + incompleteBeta(b, a, 1 - x) - 1)).toBeLessThan(1e-10);
				expect(incompleteBeta(a, b, Math.min(x, y))).toBeLessThanOrEqual(incompleteBeta(a, b, Math.max(x, y)) + 1e-12);
			}),
		);
	});

	it("the normal quantile undoes the normal distribution far into the tail", () => {
		fc.assert(
			fc.property(fc.double({ min: -37, max: -1e-3, noNaN: true }), (z) => {
				expect(Math.abs(normalQuantile(Math.exp(logNormalCdf(z))) - z)).toBeLessThan(1e-11);
			}),
		);
		expect(normalQuantile(1e-20)).toBeCloseTo(-9.26234008979841, 12);
		expect(normalQuantile(Number.MIN_VALUE)).toBeGreaterThan(-40);
	});

	it("the chi-square tail with 2 degrees of freedom is exp(-x/2)", () => {
		for (const x of [0, 0.1, 1, 3.9, 4.1, 50, 1400]) expect(chiSquareUpperTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 12);
	});

	it("log sums never overflow and do not depend on a common shift", () => {
		fc.assert(
			fc.property(fc.array(NATS, { minLength: 1, maxLength: 12 }), (values) => {
				const sum = logSumExp(values);
				expect(sum).toBeGreaterThanOrEqual(Math.max(...values));
				expect(sum).toBeLessThanOrEqual(Math.max(...values) + Math.log(values.length) + 1e-9);
				expect(values.reduce(logAddExp, Number.NEGATIVE_INFINITY)).toBeCloseTo(sum, 7);
			}),
		);
		expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
	});

	it("refuse arguments outside their range instead of answering NaN", () => {
		const wrong = [
			() => lnGamma(0),
			() => lnGamma(Number.NaN),
			() => incompleteBeta(1, 1, 1.1),
			() => incompleteBeta(0, 1, 0.5),
			() => normalQuantile(0),
			() => normalQuantile(1),
			() => logNormalCdf(Number.NaN),
			() => chiSquareUpperTail(-1, 3),
			() => betaBinomialLogE(3, 2, 0.5),
			() => betaBinomialLogE(1, 2, 0),
		];
		for (const call of wrong) expect(call).toThrow(RangeError);
	});
});

describe("the confidence sequence of a rate", () => {
	it("holds the observed rate, stays within 0 to 1, and is the whole range without data", () => {
		const counts = fc.nat({ max: 1e6 }).chain((n) => fc.tuple(fc.nat({ max: n }), fc.constant(n)));
		fc.assert(
			fc.property(counts, ([k, n]) => {
				const { low, high } = betaBinomialInterval(k, n, 0.05);
				expect(low).toBeGreaterThanOrEqual(0);
				expect(high).toBeLessThanOrEqual(1);
				if (n > 0) expect(low <= k / n && k / n <= high).toBe(true);
			}),
			{ numRuns: 50 },
		);
		expect(betaBinomialInterval(0, 0, 0.05)).toEqual({ low: 0, high: 1 });
	});
});
