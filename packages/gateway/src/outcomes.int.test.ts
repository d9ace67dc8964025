import { createPredictionSealer, tagOf } from "@headgate/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { echo, echoWith, Rig, until, vector } from "./testing/rig.ts";

const sealer = createPredictionSealer("00".repeat(32));
let rig: Rig;

beforeAll(async () => {
	rig = await Rig.make({
		"1.0.0": echo,
		"2.0.0": echo,
		"3.0.0": vector,
		"4.0.0": echoWith("if (instances[0].id > 1) throw new Error('no')"),
	});
	await rig.start();
});

afterAll(() => rig.end());

beforeEach(() => {
	rig.bus.outcomesSeen.length = 0;
});

const post = (body: unknown, raw = false) =>
	fetch(`${rig.url}/v1/outcomes`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: raw ? (body as string) : JSON.stringify(body),
	});

async function metrics() {
	const text = await (await fetch(`${rig.url}/metrics`)).text();
	const count = (result: string) =>
		Number(new RegExp(`headgate_gateway_outcomes_total\\{result="${result}"[^}]*\\} (\\d+)`).exec(text)?.[1] ?? 0);
	return { accepted: count("accepted"), refused: count("refused") };
}

describe("the id of a prediction", () => {
	it("tells which version answered and what, when the request had one instance and labels have a field", async () => {
		await rig.route([{ version: "3.0.0", role: "champion", weight: 100 }], "vec");
		const answer = await rig.predict([{ v: [1, 2] }], {}, "vec");
		const opened = sealer.open(answer.headers.get("headgate-prediction-id")!);
		expect(opened).toMatchObject({ ok: true, prediction: { endpointTag: tagOf("vec"), value: { kind: "number", value: 3 } } });
	});

	it("has no value for several instances, or where it is not said which of two fields is labelled", async () => {
		await rig.route([{ version: "3.0.0", role: "champion", weight: 100 }], "vec");
		const several = await rig.predict([{ v: [1, 2] }, { v: [1, 2] }], {}, "vec");
		expect(sealer.open(several.headers.get("headgate-prediction-id")!)).toMatchObject({
			prediction: { value: { kind: "none" } },
		});
		await rig.route([{ version: "1.0.0", role: "champion", weight: 100 }]);
		const two = await rig.predict([{ x: 1, id: 1 }]);
		expect(sealer.open(two.headers.get("headgate-prediction-id")!)).toMatchObject({ prediction: { value: { kind: "none" } } });
	});

	it("never fails an answer: an integer beyond what a number holds, in the labelled field, is answered and sealed", async () => {
		await rig.route([{ version: "2.0.0", role: "champion", weight: 100, labelOutput: "same" }]);
		const id = "4611686018427387905";
		const answer = await fetch(`${rig.url}/v1/models/echo:predict`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: `{"instances": [{"x": 1, "id": ${id}}]}`,
		});
		expect(await answer.text()).toContain(id);
		expect(sealer.open(answer.headers.get("headgate-prediction-id")!)).toMatchObject({
			prediction: { value: { kind: "number", value: 2 ** 62 } },
		});
	});

	it("stays short for an error, which is no prediction", async () => {
		const answer = await rig.predict([{ x: "no" }]);
		expect(answer.status).toBe(400);
		expect(sealer.open(answer.headers.get("headgate-prediction-id")!)).toEqual({ ok: false, problem: "short" });
	});

	it("tells the second on control's clock, in which its request is counted, however far off this host's clock is", async () => {
		const now = rig.bus.now;
		rig.bus.now = () => Date.now() + 3_600_000;
		await rig.stop();
		await rig.start();
		await rig.route([{ version: "3.0.0", role: "champion", weight: 100 }], "vec");
		rig.bus.windowsSeen.length = 0;
		const opened = sealer.open((await rig.predict([{ v: [1, 2] }], {}, "vec")).headers.get("headgate-prediction-id")!);
		const second = Math.floor((opened.ok ? opened.prediction.atMs : 0) / 1_000);
		const counted = () => rig.bus.windowsSeen.filter((window) => Object.values(window.arms).some(({ n }) => n > 0));
		await until(() => counted().length > 0);
		// The request may be routed just after the turn of the second in which it came in.
		expect([second, second + 1]).toContain(counted()[0]!.second);
		rig.bus.now = now;
		await rig.stop();
		await rig.start();
	});
});

describe("POST /v1/outcomes", () => {
	it("hands one outcome or a list to control, and says what became of them", async () => {
		const one = await post({ prediction_id: "p1", label: 1 });
		expect([one.status, await one.json()]).toEqual([202, { accepted: 1, repeated: 0, refused: [] }]);
		const list = await post({
			outcomes: [
				{ prediction_id: "p1", label: 1 },
				{ prediction_id: "p2", metric: "m", value: 2 },
			],
		});
		expect(await list.json()).toEqual({ accepted: 1, repeated: 1, refused: [] });
		expect(rig.bus.outcomesSeen).toHaveLength(2);
	});

	it("takes the good ones of a list and names the place of each bad one", async () => {
		const answer = await post({
			outcomes: [{ label: 1 }, { prediction_id: "p", label: 1 }, { prediction_id: "p", label: {} }, 7],
		});
		expect(answer.status).toBe(202);
		const { accepted, refused } = (await answer.json()) as { accepted: number; refused: { index: number }[] };
		expect([accepted, refused.map(({ index }) => index)]).toEqual([1, [0, 2, 3]]);
	});

	it("says of each why none of them was taken, and counts them for /metrics", async () => {
		const before = await metrics();
		const answer = await post({ outcomes: [{ label: 1 }, { prediction_id: "p", label: [] }] });
		expect(answer.status).toBe(400);
		expect(answer.headers.get("headgate-error")).toBe("gateway.invalid-outcomes");
		const { error, accepted, refused } = (await answer.json()) as { error: string; accepted: number; refused: object[] };
		expect([error.slice(0, 15), accepted, refused.length]).toEqual(["none of 2 taken", 0, 2]);
		await post('{"prediction_id": "counted", "label": 9007199254740993}', true);
		const after = await metrics();
		expect([after.accepted - before.accepted, after.refused - before.refused]).toEqual([1, 2]);
	});

	it("asks for them again while control is away, and keeps nothing", async () => {
		rig.bus.goDown();
		const answer = await post({ prediction_id: "p9", label: 1 });
		rig.bus.comeUp();
		const hellos = rig.bus.hellos.length;
		expect([answer.status, answer.headers.get("headgate-error"), answer.headers.get("retry-after")]).toEqual([
			503,
			"gateway.control-away",
			"1",
		]);
		expect(rig.bus.outcomesSeen).toEqual([]);
		await until(() => rig.bus.hellos.length > hellos);
	});

	it("answers every other body with 400 and the reason, never with a fault of its own", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(
					fc.string(),
					fc.json(),
					fc.jsonValue().map((value) => JSON.stringify({ outcomes: value })),
				),
				async (body) => {
					const answer = await post(body, true);
					expect([400, 415]).toContain(answer.status);
					expect(answer.headers.get("headgate-error")).toMatch(/^gateway\./);
				},
			),
			{ numRuns: 60 },
		);
		expect(rig.bus.outcomesSeen).toEqual([]);
	});

	it("is a POST", async () => {
		const answer = await fetch(`${rig.url}/v1/outcomes`);
		expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
	});
});

describe("windows while a rollout goes on", () => {
	it("count each request by its user, in the bucket that stands in the prediction's id, and say the share that was drawn for", async () => {
		const arms = [
			{ version: "1.0.0", role: "champion", weight: 50 },
			{ version: "2.0.0", role: "challenger", weight: 50 },
		] as const;
		await rig.route(arms);
		rig.bus.windowsSeen.length = 0;
		const buckets = new Array<number>(64).fill(0);
		for (let user = 0; user < 40; user++) {
			const answer = await rig.predict([{ x: 1, id: user }], { "x-user-id": `u${user}` });
			const opened = sealer.open(answer.headers.get("headgate-prediction-id")!);
			if (opened.ok) buckets[opened.prediction.bucket]!++;
		}
		const windows = () => rig.bus.windowsSeen.filter((window) => window.endpoint === "echo" && window.split === 0.5);
		const counted = () => windows().flatMap((window) => Object.values(window.arms));
		await until(() => counted().reduce((sum, arm) => sum + arm.n, 0) === 40);
		const users = new Array<number>(64).fill(0);
		for (const arm of counted()) {
			arm.users?.forEach((n, bucket) => {
				users[bucket]! += n;
			});
		}
		expect(users).toEqual(buckets);
	});

	it("say that no lottery is held once the lease has run out or the challenger's breaker has opened, in a window of its own", async () => {
		const arms = [
			{ version: "1.0.0", role: "champion", weight: 50 },
			{ version: "4.0.0", role: "challenger", weight: 50 },
		] as const;
		await rig.route(arms);
		const splits = () => rig.bus.windowsSeen.map(({ split }) => split);
		rig.bus.windowsSeen.length = 0;
		await until(() => splits().at(-1) === 0.5);
		for (let user = 2; user < 200; user++) await rig.predict([{ x: 1, id: user }], { "x-user-id": `u${user}` });
		await until(() => splits().at(-1) === null);
		const ofChallenger = rig.bus.windowsSeen.flatMap(({ split, arms: counted }) =>
			Object.values(counted).flatMap(({ role, n }) => (role === "challenger" && n > 0 ? [split] : [])),
		);
		expect(new Set(ofChallenger)).toEqual(new Set([0.5]));
		// A new table closes the breaker; then control is away for longer than its lease.
		rig.bus.leaseMs = 300;
		await rig.route(arms);
		rig.bus.windowsSeen.length = 0;
		await until(() => splits().includes(0.5));
		rig.bus.goDown();
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		rig.bus.leaseMs = 15_000;
		rig.bus.comeUp();
		await until(() => splits().includes(null));
	});
});
