/**
 * What verdicts cost: 200 endpoints with two arms and six gates each, judged once a second by the judge of the control loop, fed through the
 * merger with windows of two gateways; processor time against one core, and memory of each gate. Beside it what control does with the same
 * windows before: reading them from the wire, and writing their lines of evidence.
 */
import type { Window } from "@headgate/core/analysis";
import { seededRandom } from "@headgate/core/simulation";
import { renderEvidenceLine, windowsSchema } from "@headgate/protocol";
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";
import { threeDigits } from "../shared/numbers.ts";
import { renderTable } from "../shared/table.ts";
import { type Memory, measureMemory } from "./gate-memory.ts";
import { GATEWAYS, JudgedEndpoint, planWith } from "./judged-endpoint.ts";

const GATES = [
	"error_rate <= 1%",
	"error_rate <= champion + 0.5pp",
	"error_rate <= champion + 50%",
	"latency_p95 <= champion + 20%",
	"latency_p99 <= 600ms",
	"latency_p50 <= champion + 5ms",
];
/** Until then the machine code is still being made. */
const WARM_UP_SECONDS = 20;
const MOST_OF_A_CORE = 0.05;
const KILOBYTE = 1_024;
/** "About 1 kB" is met by anything that rounds to it. */
const GOAL_BYTES_PER_GATE = 1.5 * KILOBYTE;

export const verdictCostBench: Bench = {
	name: "verdict-cost",
	about: "processor time and memory of the verdicts on many endpoints at once",
	options: {
		endpoints: { about: "endpoints in a rollout, two arms each", fallback: 200, min: 1, max: 10_000 },
		seconds: { about: "judged seconds of each", fallback: 120, min: 20, max: 100_000 },
		rate: { about: "requests/s of an endpoint", fallback: 200, min: 1, max: 100_000 },
	},
	run,
};

/** Processor time in microseconds. */
interface Cost {
	judging: number;
	reading: number;
	recording: number;
}

async function run({ options, line }: BenchContext): Promise<BenchResult> {
	const { endpoints = 200, seconds = 120, rate = 200 } = options;
	const memory = measureMemory(GATES);
	const cost = measureCost(endpoints, seconds, rate);
	const coreShare = cost.judging / (seconds * 1e6);
	line(
		`  ${endpoints} endpoints x 2 arms x ${GATES.length} gates, ${GATEWAYS.length} gateways, ${rate} requests/s each; ${seconds} s`,
	);
	show(line, cost, memory, endpoints, seconds);
	const meets = coreShare < MOST_OF_A_CORE;
	return {
		figure: `${(100 * coreShare).toFixed(2)} % of a core, ${(memory.bytesPerGate / KILOBYTE).toFixed(1)} kB a gate`,
		first: "< 5 % of a core",
		meetsFirst: meets,
		goal: "< 5 % of a core, about 1 kB a gate",
		meetsGoal: meets && memory.bytesPerGate < GOAL_BYTES_PER_GATE,
		versions: {},
		measured: { endpoints, gates: GATES.length, gateways: GATEWAYS.length, seconds, rate, coreShare, cpuUs: cost, ...memory },
	};
}

function measureCost(endpoints: number, seconds: number, rate: number): Cost {
	const random = seededRandom(1);
	const plan = planWith(GATES);
	const judged = Array.from({ length: endpoints }, () => new JudgedEndpoint(plan));
	const cost: Cost = { judging: 0, reading: 0, recording: 0 };
	for (let second = 0; second < WARM_UP_SECONDS + seconds; second++) {
		if (second === WARM_UP_SECONDS) Object.assign(cost, { judging: 0, reading: 0, recording: 0 });
		// Making traffic is not part of judging it.
		const sent = judged.map((endpoint) => endpoint.windowsOf(second, rate, random));
		const wire = GATEWAYS.map((gateway, at) => JSON.stringify({ gateway, windows: sent.map((windows) => windows[at]!) }));
		let read: readonly Window[] = [];
		cost.reading += cpuUs(() => {
			read = wire.flatMap((text) => windowsSchema.parse(JSON.parse(text)).windows as readonly Window[]);
		});
		cost.recording += cpuUs(() => {
			for (const window of read) renderEvidenceLine(second + 1, { kind: "window", window });
		});
		const received = judged.map((_, index) => GATEWAYS.map((_gateway, at) => read[at * endpoints + index]!));
		cost.judging += cpuUs(() => {
			for (const [index, endpoint] of judged.entries()) endpoint.second(second, received[index]!);
		});
	}
	return cost;
}

function cpuUs(work: () => void): number {
	const started = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(started);
	return user + system;
}

function show(line: BenchContext["line"], cost: Cost, memory: Memory, endpoints: number, seconds: number): void {
	const row = (what: string, us: number): string[] => [
		what,
		`${threeDigits(us / (endpoints * seconds))} us`,
		`${((100 * us) / (seconds * 1e6)).toFixed(2)} %`,
	];
	const rows = [
		row("merged and judged", cost.judging),
		row("read from the wire and checked", cost.reading),
		row("rendered as lines of evidence, with their sums", cost.recording),
	];
	for (const text of renderTable(["", "an endpoint and second", "of a core"], rows)) line(`  ${text}`);
	line(`  memory: ${Math.round(memory.bytesPerGate)} bytes a gate, ${Math.round(memory.bytesPerEndpoint)} an endpoint`);
}
