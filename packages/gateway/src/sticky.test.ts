import { createHmac } from "node:crypto";
import { assignArm } from "@headgate/core/routing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileStickyPosition, findStickyKey } from "./sticky.ts";
import { armRoute } from "./testing/rig.ts";

describe("sticky assignment", () => {
	it("is the first 52 bits of HMAC-SHA256, and the bucket those after them, as node:crypto computes it", () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 1, maxLength: 100 }),
				fc.string(),
				fc.string({ unit: "grapheme" }),
				(secret, rollout, key) => {
					const digest = createHmac("sha256", secret).update(`${rollout} ${key}`).digest("hex");
					const expected = Number.parseInt(digest.slice(0, 13), 16) / 2 ** 52;
					const bucket = Number.parseInt(digest.slice(13, 15), 16) % 64;
					expect(compileStickyPosition(Buffer.from(secret))(rollout, key)).toEqual({ position: expected, bucket });
				},
			),
		);
	});

	it("keeps nothing of one key for the next, however long it was", () => {
		const keys = fc.array(fc.string({ unit: "grapheme", maxLength: 2_000, size: "max" }), { minLength: 2, maxLength: 5 });
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), keys, (secret, several) => {
				const position = compileStickyPosition(Buffer.from(secret));
				const fresh = (key: string) => compileStickyPosition(Buffer.from(secret))("r", key);
				expect(several.map((key) => position("r", key))).toEqual(several.map(fresh));
			}),
			{ numRuns: 30 },
		);
	});

	it("never moves a user from challenger to champion when the weight is raised", () => {
		const position = compileStickyPosition(Buffer.from("secret"));
		fc.assert(
			fc.property(
				fc.string(),
				fc.double({ min: 0, max: 100, noNaN: true }),
				fc.double({ min: 0, max: 100, noNaN: true }),
				(key, a, b) => {
					const versionAt = (weight: number) => {
						const arms = [
							armRoute({ version: "1", role: "champion", weight: 100 - weight }),
							armRoute({ version: "2", role: "challenger", weight }),
						];
						const route = { endpoint: "e", rollout: "r", arms, thresholds: { id: "t", latencyUs: [] } };
						return assignArm(route, position("r", key).position, () => true).version;
					};
					if (versionAt(Math.min(a, b)) === "2") expect(versionAt(Math.max(a, b))).toBe("2");
				},
			),
		);
	});

	it("takes the first source that has a key, and none from objects or blanks", () => {
		const sources = ["header:X-User-Id", "input:applicant"];
		expect(findStickyKey(sources, { "x-user-id": "u1" }, { applicant: 7 })).toBe("u1");
		expect(findStickyKey(sources, { "x-user-id": "" }, { applicant: 7 })).toBe("7");
		expect(findStickyKey(sources, {}, { applicant: { nested: 1 } })).toBeNull();
		expect(findStickyKey(sources, {}, null)).toBeNull();
		expect(() => findStickyKey(sources, { "x-user-id": "u".repeat(256) }, null)).toThrow(/256 characters/);
	});
});
