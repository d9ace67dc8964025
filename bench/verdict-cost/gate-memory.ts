import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Plan } from "@headgate/core/plan";
import { type Random, seededRandom } from "@headgate/core/simulation";
import { JudgedEndpoint, planWith } from "./judged-endpoint.ts";

const ENDPOINTS = 400;
const JUDGED_SECONDS = 20;

export interface Memory {
	/** What a gate more costs. */
	readonly bytesPerGate: number;
	/** A judge with all gates, its merger and the checks that are always on. */
	readonly bytesPerEndpoint: number;
}

/** Memory that judges hold while rollouts run, from how much more a process holds with many of them than before. */
export function measureMemory(gates: readonly string[]): Memory {
	const one = bytesOf(gates.slice(0, 1));
	const all = bytesOf(gates);
	return { bytesPerGate: (all - one) / (gates.length - 1), bytesPerEndpoint: all };
}

function bytesOf(gates: readonly string[]): number {
	const plan = planWith(gates);
	const random = seededRandom(1);
	judged(10, plan, random);
	const before = heldBytes();
	const kept = judged(ENDPOINTS, plan, random);
	return (heldBytes() - before) / kept.length;
}

function judged(count: number, plan: Plan, random: Random): readonly JudgedEndpoint[] {
	const endpoints = Array.from({ length: count }, () => new JudgedEndpoint(plan));
	for (let second = 0; second < JUDGED_SECONDS; second++) {
		for (const endpoint of endpoints) endpoint.second(second, endpoint.windowsOf(second, 50, random));
	}
	return endpoints;
}

/** Everything that is still reachable, buffers outside the heap included. */
function heldBytes(): number {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as () => void;
	collect();
	collect();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}
