import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { OutcomeCount, Window } from "@headgate/core/analysis";
import { loadModel } from "@headgate/runtime";
import { writeTestPackage } from "@headgate/testkit/onnx";
import { Rehearsal, seededUniforms } from "@headgate/testkit/scenario";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const DATA = resolve(import.meta.dirname, "../../../shared/data/demo-bike");
const FEATURES = "hr,weekday,workingday,holiday,season,mnth,weathersit,temp,atemp,hum,windspeed".split(",");
/** A Monday; no holiday in the week. Neither version was trained on it. */
const MONDAY = "2011-10-17";
const HOURS = 7 * 24;
const HOUR_SECONDS = 3_600;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const GATE = "mae <= champion + 10%";

interface Hour {
	readonly features: readonly number[];
	readonly rentals: number;
}

const folder = mkdtempSync(join(tmpdir(), "headgate-bike-"));
let hours: readonly Hour[];
/** |predicted - true| of each hour, by version. */
let errors: Readonly<Record<"v2" | "v3", readonly number[]>>;

beforeAll(async () => {
	hours = readWeek();
	errors = { v2: await errorsOf("v2"), v3: await errorsOf("v3") };
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

function readWeek(): readonly Hour[] {
	const [header, ...lines] = readFileSync(join(DATA, "bike_hourly_2011-01_2012-06.csv"), "utf8").trim().split("\n");
	const names = header!.split(",");
	const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index]!, cell])));
	const from = rows.findIndex((row) => row["dteday"] === MONDAY && row["hr"] === "0");
	return rows.slice(from, from + HOURS).map((row) => ({
		features: FEATURES.map((name) => Number(row[name])),
		rentals: Number(row["cnt"]),
	}));
}

async function errorsOf(version: "v2" | "v3"): Promise<readonly number[]> {
	const dir = join(folder, version);
	const number = (name: string, tensor: object) => ({
		type: "object",
		properties: { [name]: { ...tensor } },
		required: [name],
	});
	const vector = { type: "array", items: { type: "number" }, "x-tensor": { datatype: "FP32", shape: [FEATURES.length] } };
	const manifest = await writeTestPackage(dir, {
		graph: readFileSync(join(DATA, "models", version, "model.onnx")),
		inputSchema: number("features", vector),
		outputSchema: number("predicted_count", { type: "number", "x-tensor": { datatype: "FP32" } }),
	});
	const model = await loadModel({ packageDir: dir, manifest, placement: "worker" });
	const predictions = await model.run(
		hours.map(({ features }) => ({ features })),
		Number.POSITIVE_INFINITY,
	);
	await model.close();
	return predictions.map((prediction, index) => Math.abs(Number(prediction["predicted_count"]) - hours[index]!.rentals));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** v3 against v2 for a week, two requests a second for the hour that it is; the true count comes when the hour is over. */
function ship(hold: string) {
	const rehearsal = new Rehearsal({
		plan: [
			{ canary: { weight: "50%", hold, gates: [GATE, "error_rate <= 1%"], extend: 1, on_unknown: "ask" } },
			{ promote: null },
		],
		fleet: { gateways: 1, requestsPerSecond: 2, behaviour: () => ({ errorRatio: 0 }) },
		keepsEvidence: false,
	});
	const uniform = seededUniforms(4);
	let hour = 0;
	let answered = new Map<string, { second: number; n: number; version: "v2" | "v3" }[]>();
	const note = (windows: readonly Window[]) => {
		for (const { arms, second } of windows) {
			for (const [arm, { n, role }] of Object.entries(arms)) {
				if (n === 0) continue;
				const version = role === "challenger" ? "v3" : "v2";
				answered.set(arm, [...(answered.get(arm)?.slice(-200) ?? []), { second, n, version }]);
			}
		}
		return windows;
	};
	while (
		rehearsal.state.status === "running" ||
		rehearsal.state.status === "validating" ||
		rehearsal.state.status === "warming"
	) {
		rehearsal.second(note);
		const now = Math.floor(rehearsal.seconds / HOUR_SECONDS);
		if (now === hour || hour >= HOURS) {
			if (rehearsal.seconds > (HOURS + 2) * HOUR_SECONDS) break;
			continue;
		}
		rehearsal.outcomes(labelsOf(answered, hour, uniform));
		answered = new Map();
		hour = now;
	}
	const end = rehearsal.events.findLast(({ type }) => ["RollbackBegun", "Promoted", "RolloutAsked"].includes(type));
	return { end, day: DAYS[Math.floor(rehearsal.seconds / HOUR_SECONDS / 24)], seconds: rehearsal.seconds };
}

function labelsOf(
	answered: ReadonlyMap<string, readonly { second: number; n: number; version: "v2" | "v3" }[]>,
	hour: number,
	uniform: () => number,
): OutcomeCount[] {
	return [...answered].flatMap(([arm, answers]) =>
		answers.map(({ second, n, version }): OutcomeCount => {
			const error = errors[version][hour]!;
			const sums = { absoluteError: Math.round(n * error * 1e6), squaredError: Math.round(n * error ** 2 * 1e6) };
			return { of: "label", second, arm, bucket: Math.floor(uniform() * 64), n, wrong: n, ...sums };
		}),
	);
}

describe("a model of bicycle rentals that was trained on working days only", () => {
	it("is as good as the champion from Monday to Friday, and twice as far off at the weekend", () => {
		const working = (of: "v2" | "v3") => mean(errors[of].slice(0, 5 * 24));
		const weekend = (of: "v2" | "v3") => mean(errors[of].slice(5 * 24));
		expect(working("v3") / working("v2")).toBeLessThan(1.1);
		expect(weekend("v3") / weekend("v2")).toBeGreaterThan(1.5);
	});

	it("is promoted by a canary of four days, which has not seen a weekend", () => {
		const { end, day } = ship("4d");
		expect([end?.type, day]).toEqual(["Promoted", "Friday"]);
	}, 120_000);

	it("is not promoted by one that asks for a whole week, and taken back at the weekend by its labels", () => {
		const { end, day } = ship("1w");
		expect(end?.type).toBe("RollbackBegun");
		expect(end?.type === "RollbackBegun" && end.data.gate).toBe(GATE);
		expect(["Saturday", "Sunday"]).toContain(day);
	}, 180_000);
});
