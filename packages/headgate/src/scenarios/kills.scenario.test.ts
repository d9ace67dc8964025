import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ControlInHand, type Death, endpointWith, type Outcome, type Write } from "@headgate/testkit/fleet";
import { seededUniforms } from "@headgate/testkit/scenario";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SEED = Number(process.env["HEADGATE_SEED"] ?? 20_261_031);
const KILLS = 40;
const KILLS_IN_ROLLBACK = 14;
const PLAN = [
	{ validate: null },
	{ canary: { weight: "50%", hold: "5s", gates: ["error_rate <= 1%"] } },
	{ promote: null },
	{ watch: { hold: "72h" } },
];

const folders: string[] = [];

/** 1.0.0 answers, 1.1.0 is promoted, 1.2.0 with 9 % failures is rolled back, and the recovery is confirmed. */
async function play(deaths: readonly Death[]) {
	const folder = mkdtempSync(path.join(tmpdir(), "headgate-kills-"));
	folders.push(folder);
	const control = new ControlInHand(folder, { "1.2.0": 0.09 }, deaths);
	await control.push("1.0.0", "1.1.0", "1.2.0");
	await control.ask("PUT", "/endpoints", { endpoint: JSON.parse(endpointWith(PLAN)) });
	for (const [i, version] of ["1.0.0", "1.1.0", "1.2.0"].entries()) {
		await control.ask("POST", "/endpoints/credit-risk/deploy", { version }, "rollout-in-progress");
		await control.until(`credit-risk-${i + 1}`, version === "1.2.0" ? "RollbackConfirmed" : "Promoted");
	}
	// What is still due: the last notice, the quarantine, the last seal.
	for (let second = 0; second < 3; second++) await control.second();
	const result = { control, outcome: await control.outcome(), damage: await control.damage() };
	await control.close();
	return result;
}

let calm: { outcome: Outcome; control: ControlInHand };
let inRollback: readonly Write[];
let deaths: readonly Death[];

beforeAll(async () => {
	calm = await play([]);
	const { writes } = calm.control.fate;
	const begun = writes.findIndex((write) => write.of.includes("RollbackBegun"));
	const confirmed = writes.findIndex((write) => write.of.includes("RollbackConfirmed"));
	inRollback = writes.slice(begun, confirmed + 1);
	deaths = drawDeaths(writes);
	console.log(`seed ${SEED}, ${writes.length} writes, ${inRollback.length} of them in the rollback`);
}, 60_000);

afterAll(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Some in the rollback, the others anywhere; journal writes first, since evidence is written far more often. */
function drawDeaths(writes: readonly Write[]): readonly Death[] {
	const uniform = seededUniforms(SEED);
	const draw = (from: readonly Write[], count: number) => {
		const all = from.flatMap((write): Death[] => [
			{ write: write.number, when: "before" },
			{ write: write.number, when: "after" },
		]);
		return Array.from({ length: Math.min(count, all.length) }, () => all.splice(Math.floor(uniform() * all.length), 1)[0]!);
	};
	if (process.env["HEADGATE_KILLS"] === "all") return draw(writes, Number.POSITIVE_INFINITY);
	const notEvidence = (write: Write) => write.what !== "evidence";
	const rollback = draw(inRollback.filter(notEvidence), KILLS_IN_ROLLBACK);
	const elsewhere = writes.filter((write) => !inRollback.includes(write));
	const evidence = draw(
		elsewhere.filter((write) => write.what === "evidence"),
		8,
	);
	const journal = draw(elsewhere.filter(notEvidence), KILLS - rollback.length - evidence.length);
	return [...rollback, ...evidence, ...journal];
}

describe("control killed between any two writes", () => {
	it("promotes 1.1.0 and takes 1.2.0 back when nobody kills it", () => {
		expect(calm.outcome.champions).toEqual({ "credit-risk": "credit-risk@1.1.0" });
		expect(calm.outcome.rollouts["credit-risk-3"]).toMatchObject({ status: "rolled-back" });
		expect(calm.outcome.quarantined).toEqual(["credit-risk@1.2.0"]);
		expect(new Set(calm.outcome.notices).size).toBe(calm.outcome.notices.length);
	});

	it("comes to the same end from each of 40 places or more, with a whole journal, whole evidence and each notice once", async () => {
		expect(deaths.length).toBeGreaterThanOrEqual(KILLS);
		expect(deaths.filter((death) => inRollback.some((write) => write.number === death.write)).length).toBeGreaterThanOrEqual(10);
		for (const death of deaths) {
			const { control, outcome, damage } = await play([death]);
			const where = `${death.when} write ${death.write}: ${calm.control.fate.writes[death.write - 1]?.of}`;
			const routes = control.gateways.map((gateway) => gateway.taken);
			expect({ where, lives: control.lives, damage, outcome }).toEqual({ where, lives: 2, damage: [], outcome: calm.outcome });
			expect(routes.map((taken) => new Set(taken).size)).toEqual(routes.map((taken) => taken.length));
		}
	}, 120_000);

	it("comes to the same end when it is killed at every seventh write, again and again", async () => {
		const often = Array.from({ length: 60 }, (_, i): Death => ({ write: 7 * (i + 1), when: i % 2 === 0 ? "after" : "before" }));
		const { control, outcome, damage } = await play(often);
		expect(control.lives).toBeGreaterThan(10);
		expect({ damage, outcome }).toEqual({ damage: [], outcome: calm.outcome });
	}, 60_000);
});
