import type { Evidence, OutcomeCount } from "@headgate/core/analysis";
import { keyOf } from "@headgate/core/rollout";
import { createPredictionSealer, encodeValue, NO_VALUE, type Outcome, tagOf } from "@headgate/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EvidenceStore } from "../evidence/index.ts";
import { ControlRig, RIG_SECRET } from "../testing/control-rig.ts";

const sealer = createPredictionSealer(RIG_SECRET);
const PLAN = [{ canary: { weight: "50%", hold: "60s", gates: ["accuracy >= champion - 5pp"] } }, { promote: null }];
const METRICS = { business_metrics: { approved: { kind: "rate", direction: "up", primary: true } } };

let count = 0;
/** The id of a prediction of 1.1.0 on trial, or of the champion. */
function predict(rig: ControlRig, id: string, role: "champion" | "challenger", value: unknown, endpoint = "credit-risk"): string {
	const short = rig.nowMs.toString(16).padStart(12, "0") + (count++).toString(16).padStart(20, "0");
	const arm = rig.state(id)[role]!;
	return sealer.seal(short, tagOf(endpoint) + tagOf(keyOf(arm)), count % 64, value === undefined ? NO_VALUE : encodeValue(value));
}

async function onTrial(options: Parameters<typeof ControlRig.open>[0] = {}): Promise<{ rig: ControlRig; id: string }> {
	const rig = await ControlRig.open(options);
	await rig.endpoint("credit-risk", METRICS);
	for (const version of ["1.0.0", "1.1.0"]) await rig.push(version);
	await rig.deploy("1.0.0");
	await rig.seconds(2);
	const id = await rig.deploy("1.1.0", { plan: PLAN });
	await rig.seconds(3);
	return { rig, id };
}

async function outcomesIn(rig: ControlRig) {
	const found: Extract<Evidence, { kind: "outcomes" }>[] = [];
	for await (const record of rig.evidence.read("credit-risk")) {
		if (record.kind === "outcomes") found.push(record as unknown as (typeof found)[number]);
	}
	return found;
}

function failingAppends(evidence: EvidenceStore, fails: () => boolean): EvidenceStore {
	return new Proxy(evidence, {
		get: (of, name) => {
			if (name === "append" && fails()) return () => Promise.reject(new Error("failed"));
			const value = Reflect.get(of, name) as unknown;
			return typeof value === "function" ? value.bind(of) : value;
		},
	});
}

const take = (rig: ControlRig, outcomes: Outcome[]) => rig.context.outcomes.take({ outcomes });

describe("outcomes", () => {
	it("become evidence of the arm that made the prediction, as sums, once", async () => {
		const { rig, id } = await onTrial();
		const right = predict(rig, id, "challenger", 1);
		const wrong = predict(rig, id, "champion", "bad");
		const outcomes: Outcome[] = [
			{ prediction_id: right, label: 1 },
			{ prediction_id: wrong, label: "good" },
			{ prediction_id: right, metric: "approved", value: true },
		];
		expect(await take(rig, outcomes)).toEqual({ accepted: 3, repeated: 0, refused: [] });
		expect(await take(rig, outcomes)).toEqual({ accepted: 0, repeated: 3, refused: [] });
		const [evidence, ...more] = await outcomesIn(rig);
		expect(more).toEqual([]);
		const { challenger, champion } = rig.state(id);
		expect(evidence?.counts).toHaveLength(3);
		expect(evidence?.counts).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ arm: keyOf(challenger), of: "label", n: 1, wrong: 0 }),
				expect.objectContaining({ arm: keyOf(champion!), of: "label", n: 1, wrong: 1 }),
				expect.objectContaining({ arm: keyOf(challenger), of: "metric", metric: "approved", sum: 1_000_000 }),
			]),
		);
	});

	it("are refused one by one, with the reason, and the others are taken", async () => {
		const { rig, id } = await onTrial();
		const good = predict(rig, id, "challenger", 0.5);
		const forged = `${good.slice(0, -1)}${good.endsWith("0") ? "1" : "0"}`;
		const reply = await take(rig, [
			{ prediction_id: "nonsense", label: 1 },
			{ prediction_id: forged, label: 1 },
			{ prediction_id: predict(rig, id, "challenger", undefined), label: 1 },
			{ prediction_id: good, metric: "clicks", value: 1 },
			{ prediction_id: good, metric: "approved", value: 0.5 },
			{ prediction_id: predict(rig, id, "challenger", 1, "another"), label: 1 },
			{ prediction_id: good, label: "text for a number" },
			{ prediction_id: good, label: 0.75 },
		]);
		expect(reply.accepted).toBe(1);
		expect(reply.refused.map(({ index, code }) => [index, code])).toEqual([
			[0, "outcome.unknown-prediction"],
			[1, "outcome.unknown-prediction"],
			[2, "outcome.no-value"],
			[3, "outcome.metric"],
			[4, "outcome.metric"],
			[5, "outcome.unknown-prediction"],
			[6, "outcome.no-value"],
		]);
		expect((await outcomesIn(rig))[0]?.counts).toMatchObject([{ absoluteError: 250_000, squaredError: 62_500, wrong: 1 }]);
	});

	it("are held against what was predicted by what they mean: a class by its text, a number or truth value by its number", async () => {
		const { rig, id } = await onTrial();
		const wrongFor = async (predicted: unknown, labels: (string | number | boolean | null)[]) => {
			const outcomes = labels.map((label) => ({ prediction_id: predict(rig, id, "challenger", predicted), label }));
			expect((await take(rig, outcomes)).refused).toEqual([]);
			return (await outcomesIn(rig)).at(-1)!.counts.reduce((sum, count) => sum + (count.of === "label" ? count.wrong : 0), 0);
		};
		expect(await wrongFor("7", [7, "7"])).toBe(0);
		expect(await wrongFor("007", ["007"])).toBe(0);
		expect(await wrongFor("007", [7, "7", null])).toBe(3);
		expect(await wrongFor(true, [true, 1, "1", "true"])).toBe(0);
		expect(await wrongFor(true, [false, 0, "false"])).toBe(3);
		expect(await wrongFor(0.1, [0.1, "0.1"])).toBe(0);
		expect(await wrongFor(null, [null])).toBe(0);
		expect(await wrongFor(7n, [7])).toBe(0);
	});

	it("of numbers far apart count as far apart as they are: an error of 50,000 is larger than one of 40,000", async () => {
		const { rig, id } = await onTrial();
		const outcomes = [40_000, 50_000].map((label) => ({ prediction_id: predict(rig, id, "challenger", 0), label }));
		await take(rig, outcomes);
		const counts = (await outcomesIn(rig))[0]!.counts.filter((count) => count.of === "label");
		expect(counts.reduce((sum, { absoluteError }) => sum + absoluteError, 0)).toBe(90_000e6);
		expect(counts.reduce((sum, { squaredError }) => sum + squaredError, 0)).toBe(4.1e9 * 1e6);
	});

	it("that came at the same time become one batch, and each caller hears of its own", async () => {
		const { rig, id } = await onTrial();
		const [a, b] = [predict(rig, id, "challenger", 1), predict(rig, id, "champion", 1)];
		const replies = await Promise.all([
			take(rig, [{ prediction_id: a, label: 1 }]),
			take(rig, [
				{ prediction_id: "nonsense", label: 1 },
				{ prediction_id: b, label: 1 },
				{ prediction_id: a, label: 0 },
			]),
			take(rig, [{ prediction_id: b, label: 0 }]),
		]);
		expect(replies.map(({ accepted, repeated, refused }) => [accepted, repeated, refused.map(({ index }) => index)])).toEqual([
			[1, 0, []],
			[1, 1, [0]],
			[0, 1, []],
		]);
		expect((await outcomesIn(rig)).map(({ batch }) => batch)).toEqual([1]);
	});

	it("that could not become evidence because the disk was full are counted before those that follow", async () => {
		let full = false;
		const { rig, id } = await onTrial({ evidence: (evidence) => failingAppends(evidence, () => full) });
		const first: Outcome[] = [{ prediction_id: predict(rig, id, "challenger", 1), label: 0 }];
		full = true;
		await expect(take(rig, first)).rejects.toThrow("failed");
		full = false;
		expect((await take(rig, [{ prediction_id: predict(rig, id, "challenger", 1), label: 1 }])).accepted).toBe(1);
		expect(await take(rig, first)).toEqual({ accepted: 0, repeated: 1, refused: [] });
		expect((await outcomesIn(rig)).map(({ batch }) => batch)).toEqual([1, 2]);
	});

	it("that were kept before control died, and not yet evidence, are handed in once at the next start", async () => {
		let fails = false;
		const { rig, id } = await onTrial({ evidence: (evidence) => failingAppends(evidence, () => fails) });
		const outcomes: Outcome[] = [{ prediction_id: predict(rig, id, "challenger", 1), label: 0 }];
		fails = true;
		await expect(take(rig, outcomes)).rejects.toThrow("failed");
		expect(await outcomesIn(rig)).toEqual([]);
		const next = await (await rig.restart()).restart();
		expect(await outcomesIn(next)).toHaveLength(1);
		expect(await take(next, outcomes)).toEqual({ accepted: 0, repeated: 1, refused: [] });
	});
});

describe("the sums of outcomes", () => {
	it("are the same in whatever order, parts and repetitions they come", async () => {
		const { rig, id } = await onTrial();
		const places = fc.shuffledSubarray([...Array(12).keys(), ...Array(12).keys()], { minLength: 24 });
		await fc.assert(
			fc.asyncProperty(places, fc.array(fc.nat(5), { maxLength: 8 }), async (order, cuts) => {
				const before = (await outcomesIn(rig)).length;
				const given = Array.from({ length: 12 }, (_, i): Outcome => {
					const prediction_id = predict(rig, id, i % 2 === 0 ? "challenger" : "champion", i % 3);
					return i % 4 === 0 ? { prediction_id, metric: "approved", value: i % 8 === 0 } : { prediction_id, label: 1.5 };
				});
				const left = order.map((place) => given[place]!);
				const parts = [...cuts.map((cut) => left.splice(0, cut)), left].filter((part) => part.length > 0);
				const replies = await Promise.all(parts.map((part) => take(rig, part)));
				expect(replies.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(12);
				const counts = (await outcomesIn(rig)).slice(before).flatMap((record) => record.counts);
				const of = (arm: string) => counts.filter((count) => count.arm === arm);
				const { challenger, champion } = rig.state(id);
				// Predictions 0, 4 and 8 have values of 1, 0 and 1; those of labels are 1.5 off for 0, and else 0.5.
				expect(totals(of(keyOf(challenger)))).toEqual({ n: 6, wrong: 3, absolute: 2_500_000, sum: 2_000_000 });
				expect(totals(of(keyOf(champion!)))).toEqual({ n: 6, wrong: 6, absolute: 5_000_000, sum: 0 });
			}),
			{ numRuns: 30 },
		);
	});
});

function totals(counts: readonly OutcomeCount[]) {
	const total = { n: 0, wrong: 0, absolute: 0, sum: 0 };
	for (const count of counts) {
		total.n += count.n;
		if (count.of === "metric") total.sum += count.sum;
		else {
			total.wrong += count.wrong;
			total.absolute += count.absoluteError;
		}
	}
	return total;
}
