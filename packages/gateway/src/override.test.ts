import type { ArmRoute, EndpointRoute } from "@headgate/core/routing";
import { describe, expect, it } from "vitest";
import { stillNeeded } from "./override.ts";

function route(...arms: readonly (Pick<ArmRoute, "key" | "role" | "weightPercent"> & { trial?: boolean })[]): EndpointRoute {
	const configuration = { digest: "c", timeoutMs: 1_000, outputLimits: {}, sticky: [] };
	const rest = { packageDigest: "p", model: "m", version: "1", trial: false, placement: "worker", configuration } as const;
	return { endpoint: "e", rollout: null, arms: arms.map((arm) => ({ ...rest, ...arm })), thresholds: { id: "t", latencyUs: [] } };
}

const promoted = route({ key: "new", role: "champion", weightPercent: 100 }, { key: "old", role: "previous", weightPercent: 0 });
const trial = route(
	{ key: "old", role: "champion", weightPercent: 90 },
	{ key: "new", role: "challenger", weightPercent: 10, trial: true },
);

describe("a rollback made without control", () => {
	it("stands under a table that does not know of it: control was restarted, or raised a weight meanwhile", () => {
		expect(stillNeeded("old", promoted, promoted)).toBe(true);
		expect(stillNeeded("old", trial, trial)).toBe(true);
	});

	it("ends when control has made it its own", () => {
		expect(stillNeeded("old", promoted, route({ key: "old", role: "champion", weightPercent: 100 }))).toBe(false);
		expect(stillNeeded("old", trial, route({ key: "old", role: "champion", weightPercent: 100 }))).toBe(false);
	});

	it("ends when control moves on to another version, or lets its target go", () => {
		const next = route(
			{ key: "newer", role: "champion", weightPercent: 100 },
			{ key: "old", role: "previous", weightPercent: 0 },
		);
		expect(stillNeeded("old", promoted, next)).toBe(false);
		expect(stillNeeded("old", promoted, route({ key: "new", role: "champion", weightPercent: 100 }))).toBe(false);
		expect(stillNeeded("old", promoted, undefined)).toBe(false);
		const other = { key: "newer", role: "challenger", weightPercent: 10, trial: true } as const;
		expect(stillNeeded("old", trial, route({ key: "old", role: "champion", weightPercent: 90 }, other))).toBe(false);
	});
});
