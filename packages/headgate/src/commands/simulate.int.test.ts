import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openEvidenceLog } from "@headgate/adapters/filesystem";
import type { Window } from "@headgate/core/analysis";
import { latencyAtUs, seededRandom } from "@headgate/core/simulation";
import { bucketOf, mergeSketches } from "@headgate/core/statistics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const SECONDS = 90;

let folder: string;
beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), "headgate-simulate-"));
	const log = await openEvidenceLog(path.join(folder, "data", "evidence"));
	const short = await openEvidenceLog(path.join(folder, "short", "evidence"));
	await log.append("shop", windows(SECONDS));
	await short.append("shop", windows(5));
	await log.close();
	await short.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two gateways whose champion fails twice in a hundred, and on the second more often than on the first. */
function windows(seconds: number) {
	const random = seededRandom(3);
	return Array.from({ length: 2 * seconds }, (_, index) => {
		const second = 1_000 + Math.floor(index / 2);
		const n = 150 + Math.floor(20 * random.uniform());
		const runtime = random.binomial(n, index % 2 === 0 ? 0.012 : 0.028);
		const latency = mergeSketches(Array.from({ length: n }, () => [[bucketOf(latencyAtUs(random.uniform(), 1)), 1] as const]));
		const window: Window = {
			...{
				v: 1,
				gateway: `g${index % 2}`,
				boot: "b",
				sequence: Math.floor(index / 2),
				second,
				endpoint: "shop",
				thresholds: "t",
			},
			...{ table: { epoch: 1, revision: 1 }, dropped: 0 },
			arms: { c: { role: "champion", n, failed: { runtime, timeout: 0, output: 0, reset: 0 }, over: [], latency } },
			excluded: { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 },
		};
		return { kind: "window", window } as const;
	});
}

function headgate(...args: readonly string[]) {
	const { status, stdout } = spawnSync(process.execPath, [MAIN, "--json", "simulate", ...args], {
		encoding: "utf8",
		cwd: folder,
	});
	return { status, answer: JSON.parse(stdout) as Record<string, unknown> };
}

describe("headgate simulate", { timeout: 60_000 }, () => {
	it("gives a row for each world, rule, rate and change, the same for the same seed", () => {
		const args = ["--rules", "canary; error_rate <= champion + 0.5pp", "--rates", "200", "--changes", "A/A,+5pp", "--runs", "6"];
		const { status, answer } = headgate(...args);
		expect(status).toBe(0);
		const rows = answer["rows"] as Record<string, unknown>[];
		expect(rows.map(({ rule, change }) => [rule, change])).toEqual([
			["canary", "A/A"],
			["canary", "+5pp"],
			["error_rate <= champion + 0.5pp", "A/A"],
			["error_rate <= champion + 0.5pp", "+5pp"],
		]);
		expect(rows[1]).toMatchObject({ world: "real", rate: 200, runs: 6, rolledBack: 1, interval: [expect.any(Number), 1] });
		expect(rows[0]).toMatchObject({ rolledBack: 0, medianSeconds: null, medianBadAnswers: null });
		expect(headgate(...args).answer).toEqual(answer);
	});

	it("splits what a data folder recorded against itself, and says how much gateways differ", () => {
		const { status, answer } = headgate("--traffic", "data", "--rules", "canary", "--runs", "30");
		expect(status).toBe(0);
		expect(answer["rows"]).toMatchObject([{ world: "recorded", rule: "canary", change: "A/A", runs: 30 }]);
		const { seconds, noise } = answer["traffic"] as {
			seconds: number;
			noise: { errors: { seen: { kappa: number }; kappa: number } };
		};
		expect(seconds).toBe(SECONDS);
		expect(noise.errors.seen.kappa).toBeGreaterThan(0.35);
		expect(noise.errors.kappa).toBe(noise.errors.seen.kappa);
	});

	it("refuses a folder without enough traffic, and settings of made traffic beside recorded traffic", () => {
		const refused = (...args: readonly string[]) => {
			const { status, answer } = headgate(...args);
			return [status, (answer["error"] as { code: string }).code];
		};
		expect(refused("--traffic", "short")).toEqual([2, "simulate.traffic"]);
		expect(refused("--traffic", "data", "--rates", "50")).toEqual([2, "simulate.option"]);
		expect(refused("--rules", "direct")).toEqual([2, "simulate.no-canary"]);
	});
});
