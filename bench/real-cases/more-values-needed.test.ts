import { describe, expect, it } from "vitest";
import { moreValuesNeeded } from "./more-values-needed.ts";

const SPREAD = [8, 9, 10, 11, 12];
const times = (factor: number) => SPREAD.map((value) => value * factor);

describe("how many values would decide", () => {
	it("is more for a tighter tolerance, and the verdict is pass where nothing differs", () => {
		const [loose, tight] = [0.1, 0.02].map((up) => moreValuesNeeded(SPREAD, SPREAD, { up, down: null }));
		expect([loose!.verdict, tight!.verdict]).toEqual(["pass", "pass"]);
		expect(tight!.values).toBeGreaterThan(10 * loose!.values);
	});

	it("is fail where the difference is beyond the tolerance, and not where it is in the harmless direction", () => {
		expect(moreValuesNeeded(times(1.5), SPREAD, { up: 0.1, down: null })!.verdict).toBe("fail");
		expect(moreValuesNeeded(times(1.5), SPREAD, { up: null, down: 0.1 })!.verdict).toBe("pass");
	});

	it("is never less than a mean needs", () => {
		expect(moreValuesNeeded(times(0.01), SPREAD, { up: null, down: 0.1 })!.values).toBeGreaterThanOrEqual(20);
	});

	it("is not said of values that do not vary, of a mean of 0, or without values", () => {
		expect(moreValuesNeeded([10, 10], [1, 1], { up: 0.1, down: null })).toBeNull();
		expect(moreValuesNeeded([1, 2], [0, 0], { up: 0.1, down: null })).toBeNull();
		expect(moreValuesNeeded([], SPREAD, { up: 0.1, down: null })).toBeNull();
	});
});
