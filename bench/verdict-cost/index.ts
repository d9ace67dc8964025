/**
 * What verdicts cost: 200 endpoints with two arms and six gates each, judged once a second by the judge of the control loop, fed through the
 * merger with windows of two gateways; processor time against one core, and memory for each gate.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { EvidenceMerger, Judge, type SecondClosed, type Window, watchedLatencies } from "@headgate/core/analysis";
import { NO_OBJECTIVES, parsePlan } from "@headgate/core/plan";
import { type Random, seededRandom } from "@headgate/core/simulation";
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";

const GATES = [
	"error_rate <= 1%",
	"error_rate <= champion + 0.5pp",
	"error_rate <= champion + 50%",
	"latency_p95 <= champion + 20%",
	"latency_p99 <= 250ms",
	"latency_p50 <= champion + 5ms",
];
const GATEWAYS = ["g1", "g2"];
const CHAMPION_US = { "0.5": 50_000, "0.95": 122_000, "0.99": 292_000 };
const WARM_UP_ROUNDS = 20;

export const verdictCostBench: Bench = {
	name: "verdict-cost",
	about: "processor time and memory of the verdicts on many endpoints at once",
	options: {
		endpoints: { about: "endpoints in a rollout, two arms each", fallback: 200, min: 1, max: 10_000 },
		seconds: { about: "judged seconds of each", fallback: 300, min: 20, max: 100_000 },
		rate: { about: "requests/s of an endpoint", fallback: 200, min: 1, max: 100_000 },
	},
	run,
};

async function run({ options, line }: BenchContext): Promise<BenchResult> {
	const { endpoints = 200, seconds = 300, rate = 200 } = options;
	const random = seededRandom(1);
	const before = heldBytes();
	const judged = Array.from({ length: endpoints }, () => new JudgedEndpoint());
	for (let second = 0; second < WARM_UP_ROUNDS; second++)
		for (const one of judged) one.second(second, windowsOf(one, second, rate, random));
	const bytesPerGate = (heldBytes() - before) / (endpoints * GATES.length);
	let cpuUs = 0;
	for (let second = WARM_UP_ROUNDS; second < WARM_UP_ROUNDS + seconds; second++) {
		// Making traffic is not part of judging it.
		const traffic = judged.map((one) => windowsOf(one, second, rate, random));
		const started = process.cpuUsage();
		for (const [index, one] of judged.entries()) one.second(second, traffic[index]!);
		const used = process.cpuUsage(started);
		cpuUs += used.user + used.system;
	}
	const share = cpuUs / (seconds * 1e6);
	const perGateUs = cpuUs / (seconds * endpoints * GATES.length);
	line(
		`  ${endpoints} endpoints x 2 arms x ${GATES.length} gates, ${GATEWAYS.length} gateways, ${rate} requests/s each, ${seconds} judged seconds`,
	);
	line(
		`  ${(100 * share).toFixed(2)} % of one core; ${perGateUs.toFixed(1)} us a gate and second; ${Math.round(bytesPerGate)} bytes a gate`,
	);
	const meets = share < 0.05;
	return {
		figure: `${(100 * share).toFixed(2)} % of a core, ${(bytesPerGate / 1024).toFixed(1)} kB a gate`,
		first: "< 5 % of a core",
		meetsFirst: meets,
		goal: "< 5 % of a core, about 1 kB a gate",
		meetsGoal: meets && bytesPerGate < 4_096,
		versions: {},
		measured: { endpoints, gates: GATES.length, seconds, rate, coreShare: share, perGateUs, bytesPerGate },
	};
}

/** One rollout's merger and judge. */
class JudgedEndpoint {
	readonly latencyUs: readonly number[];
	readonly #judge: Judge;
	readonly #merger = new EvidenceMerger("champion", "challenger");
	#position = 0;

	constructor() {
		const stages = [{ canary: { weight: "10%", hold: "24h", gates: GATES } }, "promote"];
		const plan = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null });
		if (!plan.ok) throw new Error(plan.refusal.message);
		this.latencyUs = watchedLatencies(plan.value, CHAMPION_US);
		this.#judge = new Judge(plan.value, [], { arms: { champion: "champion", challenger: "challenger" } });
		const still = { promoted: false, championGone: false, rolledBack: false, degraded: [] };
		this.#judge.tell({ index: 0, ...still, thresholds: { id: "t", latencyUs: this.latencyUs }, championUs: CHAMPION_US });
	}

	second(second: number, windows: readonly Window[]): void {
		for (const window of windows) this.#merger.add(window);
		const closed: SecondClosed = { kind: "close", second, missing: [], readyArms: [], behind: false };
		const { failing } = this.#judge.second({ ...closed, position: ++this.#position }, this.#merger.close(closed, false));
		if (failing !== null) throw new Error(`a good version was failed by ${failing.gate}`);
	}
}

function windowsOf({ latencyUs }: JudgedEndpoint, second: number, rate: number, random: Random): readonly Window[] {
	return GATEWAYS.map((gateway) => {
		const arm = (role: "champion" | "challenger", share: number) => {
			const n = random.poisson((rate * share) / GATEWAYS.length);
			const users = new Array<number>(64).fill(0);
			for (let i = 0; i < n; i++) users[Math.floor(random.uniform() * 64)]!++;
			let over = n;
			const counts = latencyUs.map((us) => {
				over = random.binomial(over, Math.min(0.5, 20_000 / us));
				return over;
			});
			const failed = { runtime: random.binomial(n, 0.002), timeout: 0, output: 0, reset: 0 };
			return { role, n, failed, over: counts, latency: [], users };
		};
		const excluded = { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 };
		return {
			...{ v: 1, gateway, boot: "b", sequence: second, second, table: { epoch: 1, revision: 1 }, thresholds: "t", endpoint: "e" },
			...{ arms: { champion: arm("champion", 0.9), challenger: arm("challenger", 0.1) }, excluded, split: 0.1, dropped: 0 },
		};
	});
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is held: objects and the typed arrays beside them. */
function heldBytes(): number {
	collectGarbage();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}
