import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ArmRoute, armKey, assignArm, type EndpointRoute } from "./index.ts";

function route(challengerPercent: number): EndpointRoute {
	const arm = (role: ArmRoute["role"], weightPercent: number): ArmRoute => ({
		key: role,
		role,
		packageDigest: role,
		model: "credit-risk",
		version: "1.0.0",
		weightPercent,
		trial: role === "challenger",
		placement: "worker",
		configuration: { digest: "c", timeoutMs: 500, outputLimits: {}, sticky: [] },
	});
	const arms = [arm("champion", 100 - challengerPercent), arm("challenger", challengerPercent)];
	return { endpoint: "credit-risk", rollout: "credit-risk-1", arms, thresholds: { id: "none", latencyUs: [] } };
}

const all = () => true;
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const percent = fc.double({ min: 0, max: 100, noNaN: true });

describe("assigning a request to an arm", () => {
	it("only ever moves keys from champion to challenger when a weight is raised", () => {
		fc.assert(
			fc.property(share, percent, percent, (u, a, b) => {
				const before = assignArm(route(Math.min(a, b)), u, all).role;
				const after = assignArm(route(Math.max(a, b)), u, all).role;
				if (before === "challenger") expect(after).toBe("challenger");
			}),
		);
	});

	it("gives everybody the champion at 0 % and nobody at 100 %", () => {
		fc.assert(
			fc.property(share, (u) => {
				expect(assignArm(route(0), u, all).role).toBe("champion");
				expect(assignArm(route(100), u, all).role).toBe("challenger");
			}),
		);
	});

	it("gives the challenger the share that its weight says", () => {
		const drawn = Array.from({ length: 1_000 }, (_, i) => assignArm(route(12.5), i / 1_000, all).role);
		expect(drawn.filter((role) => role === "challenger")).toHaveLength(125);
	});

	it("sends what an arm may not serve to the champion, and moves nobody else", () => {
		fc.assert(
			fc.property(share, percent, (u, weight) => {
				expect(assignArm(route(weight), u, (arm) => arm.role !== "challenger").role).toBe("champion");
				expect(assignArm(route(weight), u, (arm) => arm.role !== "previous")).toEqual(assignArm(route(weight), u, all));
			}),
		);
	});
});

describe("the key of an arm", () => {
	it("differs when either the package or the configuration does", () => {
		const [a, b] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`];
		expect(armKey(a, b)).toBe("aaaaaaaaaaaaaaaa.bbbbbbbb");
		expect(new Set([armKey(a, a), armKey(a, b), armKey(b, a), armKey(b, b)]).size).toBe(4);
	});
});
