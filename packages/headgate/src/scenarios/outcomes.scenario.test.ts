import { readFileSync } from "node:fs";
import path from "node:path";
import type { OutcomeCount } from "@headgate/core/analysis";
import { EXAMPLE, Fleet } from "@headgate/testkit/fleet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PREDICTIONS = 120;
const PLAN = [
	{ canary: { weight: "50%", hold: "1h", gates: ["brier <= champion + 5pp", "business >= champion - 10%"] } },
	{ promote: null },
];
const MORE = {
	labels: { output: "score" },
	business_metrics: { approved: { kind: "rate", direction: "up", primary: true } },
};

interface Made {
	readonly id: string;
	readonly arm: string;
	readonly score: number;
	readonly truth: number;
}

interface Reply {
	readonly accepted: number;
	readonly repeated: number;
	readonly refused: readonly object[];
}

let fleet: Fleet;
let made: readonly Made[];

const rows = readFileSync(path.join(EXAMPLE, "data/holdout.jsonl"), "utf8").trim().split("\n").slice(0, PREDICTIONS);

async function predict(line: string, at: number): Promise<Made> {
	const { input } = JSON.parse(line) as { input: object };
	const answer = await fetch(`${fleet.gatewayUrl}/v1/models/credit-risk:predict`, {
		method: "POST",
		headers: { "content-type": "application/json", "x-user-id": `user-${at}` },
		body: JSON.stringify({ instances: [input] }),
	});
	const { predictions } = (await answer.json()) as { predictions: { score: number }[] };
	const [id, arm] = ["headgate-prediction-id", "headgate-arm"].map((name) => answer.headers.get(name) ?? "");
	return { id: id!, arm: arm!, score: predictions[0]!.score, truth: at % 2 };
}

async function post(outcomes: readonly object[]): Promise<{ readonly status: number; readonly reply: Reply }> {
	const headers = { "content-type": "application/json" };
	const answer = await fetch(`${fleet.gatewayUrl}/v1/outcomes`, { method: "POST", headers, body: JSON.stringify({ outcomes }) });
	return { status: answer.status, reply: (await answer.json()) as Reply };
}

/** As a caller does: again and again until it is taken. */
async function postUntilTaken(outcomes: readonly object[]): Promise<Reply> {
	for (;;) {
		const { status, reply } = await post(outcomes);
		if (status === 202) return reply;
		expect(status).toBe(503);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

async function counts(): Promise<readonly OutcomeCount[]> {
	const batches = new Map<number, readonly OutcomeCount[]>();
	for (const record of await fleet.evidence()) if (record.kind === "outcomes") batches.set(record.batch, record.counts);
	return [...batches.values()].flat();
}

beforeAll(async () => {
	fleet = await Fleet.start();
	await fleet.push("1.0.0", "1.1.0");
	await fleet.apply(PLAN, MORE);
	await fleet.ask("deploy", "credit-risk", "1.0.0", "--wait");
	const id = await fleet.deploy("1.1.0");
	await fleet.happens(id, "StageEntered");
	await fleet.whole();
	const all: Made[] = [];
	for (const [at, line] of rows.entries()) all.push(await predict(line, at));
	made = all;
}, 180_000);

afterAll(async () => {
	await fleet.stop();
	fleet.remove();
}, 30_000);

describe("outcomes of a rollout's predictions", () => {
	it("become evidence of the arm that answered, each once, from callers and from a file, over a kill of control", async () => {
		const half = made.slice(0, PREDICTIONS / 2);
		const labels = half.map(({ id, truth }) => ({ prediction_id: id, label: truth }));
		expect((await post(labels.slice(0, 30))).reply).toEqual({ accepted: 30, repeated: 0, refused: [] });
		// Some of these may be on disk when control dies: sent again they are known.
		const underWay = post(labels);
		fleet.killControl();
		await underWay;
		const again = await postUntilTaken(labels);
		expect([again.accepted + again.repeated, again.refused]).toEqual([60, []]);
		expect((await postUntilTaken(labels)).repeated).toBe(60);

		const metrics = made.map(({ id, arm }) => ({ prediction_id: id, metric: "approved", value: arm === "challenger" }));
		expect((await postUntilTaken(metrics)).accepted).toBe(PREDICTIONS);
		const forged = half[0]!.id.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
		const csv = ["prediction_id,label", ...made.map(({ id, truth }) => `${id},${truth}`), `${forged},1`].join("\n");
		const labelled = await fleet.headgate(["--json", "label", fleet.write("labels.csv", csv)]);
		expect(labelled.exit).toBe(1);
		expect(JSON.parse(labelled.stdout.trim().split("\n").at(-1)!)).toEqual({
			accepted: 60,
			repeated: 60,
			refused: [
				{ line: PREDICTIONS + 2, code: "outcome.unknown-prediction", message: expect.stringContaining("not made by this") },
			],
		});

		const arms = sumsByArm(await counts());
		expect(arms).toHaveLength(2);
		for (const role of ["champion", "challenger"]) {
			const mine = made.filter(({ arm }) => arm === role);
			const squared = mine.reduce((sum, { score, truth }) => sum + (score - truth) ** 2, 0);
			const found = arms.find(({ approved }) => approved > 0 === (role === "challenger"))!;
			expect([found.labels, found.metrics, found.approved]).toEqual([
				mine.length,
				mine.length,
				role === "challenger" ? mine.length : 0,
			]);
			expect(found.squared).toBeCloseTo(squared, 3);
		}
	}, 120_000);

	it("are judged, and the rollout replays from journal and evidence to the same decisions", async () => {
		const known = made.filter(({ arm }) => arm === "challenger").length;
		const show = async () => (await fleet.headgate(["rollout", "show", "credit-risk-2"])).stdout;
		await expect.poll(show, { timeout: 30_000 }).toContain(`approved of the challenger 1 (${known} outcomes)`);
		expect(await show()).toMatch(
			new RegExp(`brier of the challenger 0\\.\\d+ \\(${known} outcomes\\), of the champion 0\\.\\d+ `),
		);
		await fleet.ask("rollback", "credit-risk", "--reason", "enough seen");
		const shown = await fleet.headgate(["replay", "credit-risk-2"]);
		expect([shown.exit, shown.stderr]).toEqual([0, ""]);
	}, 120_000);
});

function sumsByArm(known: readonly OutcomeCount[]) {
	const keys = [...new Set(known.map(({ arm }) => arm))];
	return keys.map((key) => {
		const sums = { labels: 0, metrics: 0, approved: 0, squared: 0 };
		for (const count of known.filter(({ arm }) => arm === key)) {
			if (count.of === "label") {
				sums.labels += count.n;
				sums.squared += count.squaredError / 1e6;
			} else {
				sums.metrics += count.n;
				sums.approved += count.sum / 1e6;
			}
		}
		return sums;
	});
}
