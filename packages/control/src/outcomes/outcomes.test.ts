import type { Evidence } from "@headgate/core/analysis";
import { keyOf } from "@headgate/core/rollout";
import { createPredictionSealer, encodeValue, NO_VALUE, type Outcome, tagOf } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import type { EvidenceStore } from "../evidence/index.ts";
import { ControlRig, RIG_SECRET } from "../testing/control-rig.ts";
import { sumCounts } from "./sum-counts.ts";

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

	it("that were kept before control died, and not yet evidence, are handed in once at the next start", async () => {
		let fails = false;
		const dying = (evidence: EvidenceStore): EvidenceStore =>
			new Proxy(evidence, {
				get: (of, name) => {
					if (name === "append" && fails) return () => Promise.reject(new Error("killed"));
					const value = Reflect.get(of, name) as unknown;
					return typeof value === "function" ? value.bind(of) : value;
				},
			});
		const { rig, id } = await onTrial({ evidence: dying });
		const outcomes: Outcome[] = [{ prediction_id: predict(rig, id, "challenger", 1), label: 0 }];
		fails = true;
		await expect(take(rig, outcomes)).rejects.toThrow("killed");
		expect(await outcomesIn(rig)).toEqual([]);
		const next = await (await rig.restart()).restart();
		expect(await outcomesIn(next)).toHaveLength(1);
		expect(await take(next, outcomes)).toEqual({ accepted: 0, repeated: 1, refused: [] });
	});
});

describe("the sums of outcomes", () => {
	it("are the same in whatever order they came", () => {
		const of = { second: 1, arm: "a", bucket: 2, n: 1 };
		const label = (wrong: number) => ({ ...of, of: "label" as const, wrong, absoluteError: wrong * 5, squaredError: wrong * 25 });
		const metric = { ...of, of: "metric" as const, metric: "clicks", sum: 3 };
		const sums = sumCounts([label(1), metric, label(0), { ...label(1), bucket: 3 }, metric]);
		expect(sumCounts([metric, { ...label(1), bucket: 3 }, metric, label(0), label(1)])).toEqual(sums);
		expect(sums).toEqual(
			expect.arrayContaining([
				{ ...label(1), n: 2 },
				{ ...metric, n: 2, sum: 6 },
				{ ...label(1), bucket: 3 },
			]),
		);
	});
});
