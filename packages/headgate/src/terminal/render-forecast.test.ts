import { describe, expect, it } from "vitest";
import { renderForecast } from "./render-forecast.ts";

const FORECAST = {
	requestsPerSecond: 400,
	likelySeconds: 310,
	longestSeconds: 910,
	gates: [{ gate: "error_rate <= 1%", passSeconds: 30, sees: [{ effect: "x10 errors", seconds: 15 }] }],
	undecided: [],
};

describe("the forecast of a rollout", () => {
	it("says at which traffic, how long, and what each gate sees by when", () => {
		expect(renderForecast(FORECAST)).toEqual([
			"at 400 requests/s: likely 6 min, at the longest 16 min",
			"  error_rate <= 1%: x10 errors in 15 s, proof in 30 s",
		]);
	});

	it("says which gates will not be proven", () => {
		const undecided = renderForecast({ ...FORECAST, undecided: ["error_rate <= 1%"] });
		expect(undecided.at(-1)).toContain("error_rate <= 1% will not be proven within this plan");
	});

	it("promises nothing of what gates see when there was no traffic, and nothing at all when nothing is judged", () => {
		expect(renderForecast({ ...FORECAST, requestsPerSecond: 0 })).toEqual([
			"at the longest 16 min; the endpoint had no traffic in the last minute, so what its gates see cannot be said",
		]);
		expect(renderForecast({ ...FORECAST, longestSeconds: 0 })[0]).toContain("nothing is judged");
	});
});
