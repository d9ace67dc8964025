/** A thread that simulates rollouts under whoever is named: a broken judge, or a peer's rule. */
import { parentPort } from "node:worker_threads";
import { judgeRule, type Random, type SimulatedRule, seededRandom, simulateRollout } from "@headgate/core/simulation";
import type { SimulationAnswer, SimulationJob } from "headgate/simulate";
import { PEER_RULES } from "../peer-rules/index.ts";
import { BROKEN, BROKEN_ALPHA, type JudgedCase } from "./judges.ts";

/** Chance of a rule's own is drawn from another stream, so that all rules meet the same traffic. */
const OWN_STREAM = 0x5bd1e995;

function ruleOf({ script }: SimulationJob<JudgedCase>, random: Random): SimulatedRule {
	if (script.judgedBy === undefined) return judgeRule(script.plan);
	return script.judgedBy === BROKEN
		? judgeRule(script.plan, { alpha: BROKEN_ALPHA })
		: PEER_RULES[script.judgedBy]!.create(random);
}

parentPort?.on("message", (job: SimulationJob<JudgedCase>) => {
	const { caseIndex, script, seeds } = job;
	const rollouts = seeds.map((seed) =>
		simulateRollout(script, seededRandom(seed), ruleOf(job, seededRandom(Math.imul(seed, OWN_STREAM)))),
	);
	parentPort?.postMessage({ caseIndex, rollouts } satisfies SimulationAnswer);
});
