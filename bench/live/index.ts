/**
 * Versions that go wrong under real requests, in a real installation: what the judge made of each, and how its time compares with the
 * simulator's for the one harm that both know.
 */
import { seededRandom, simulateRollout, summariseRollouts } from "@headgate/core/simulation";
import { Fleet, LIVE_STORIES, type LiveFinding, rehearseLiveFaults } from "@headgate/testkit/fleet";
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";
import { median } from "../shared/numbers.ts";
import { changeOf, planOf } from "../shared/parsed.ts";
import { renderTable } from "../shared/table.ts";

const SIMULATED_RUNS = 200;
const RATE = 500;
const POINT = "one percentage point more errors";

export const liveBench: Bench = {
	name: "live",
	about: "versions that go wrong under real requests: found or not, by which gate, when; beside the simulator",
	options: { repetitions: { about: "times each version is shipped", fallback: 3, min: 1, max: 50 } },
	run,
};

async function run({ options, line, atEnd, folder }: BenchContext): Promise<BenchResult> {
	const { repetitions = 3 } = options;
	const findings: LiveFinding[] = [];
	for (let i = 0; i < repetitions; i++) {
		const fleet = await Fleet.start({ data: `${folder}/data-${i}` });
		atEnd(() => fleet.stop());
		findings.push(
			...(await rehearseLiveFaults(fleet, LIVE_STORIES, ({ name, end, seconds, gate, because }) =>
				line(`  ${name}: ${end} after ${seconds.toFixed(1)} s, ${gate ?? because}`),
			)),
		);
		await fleet.stop();
	}
	const simulatedSeconds = simulated();
	const liveSeconds = median(
		findings.filter(({ name, end }) => name === POINT && end === "RollbackBegun").map(({ seconds }) => seconds),
	);
	const rows = LIVE_STORIES.map(({ name }) => {
		const all = findings.filter((finding) => finding.name === name);
		const right = all.filter(isRight);
		return [
			name,
			`${right.length} of ${all.length}`,
			median(all.map(({ seconds }) => seconds)).toFixed(1),
			String(all[0]?.gate ?? all[0]?.end),
		];
	});
	line();
	for (const text of renderTable(["", "as it should be", "median s", "by"], rows)) line(`  ${text}`);
	line(
		`  +1pp at ${RATE} requests/s: ${liveSeconds.toFixed(1)} s live, ${simulatedSeconds} s in the simulator, whose champion fails 0.3 %, ours nearly never`,
	);
	const right = findings.filter(isRight).length;
	return {
		figure: `${right} of ${findings.length} as they should be; +1pp in ${liveSeconds.toFixed(1)} s live, ${simulatedSeconds} s simulated`,
		first: "all",
		meetsFirst: right === findings.length,
		goal: "all",
		meetsGoal: right === findings.length,
		versions: {},
		measured: { findings, liveSeconds, simulatedSeconds },
	};
}

function isRight({ name, end }: LiveFinding): boolean {
	return end === (name.startsWith("healthy") ? "Promoted" : "RollbackBegun");
}

/** The same change at the same rate, by the same judge. */
function simulated(): number {
	const gates = ["error_rate <= champion + 0.1pp", "latency_p95 <= champion + 20%"];
	const plan = planOf([{ canary: { weight: "10%", hold: "300s", gates } }, "promote"]);
	const script = { plan, world: "iid", requestsPerSecond: RATE, change: changeOf("+1pp"), onsetSecond: 0 } as const;
	const rollouts = Array.from({ length: SIMULATED_RUNS }, (_, seed) =>
		simulateRollout({ ...script, durationSeconds: 300 }, seededRandom(seed)),
	);
	return summariseRollouts(rollouts).medianSeconds ?? Number.NaN;
}
