import { renderDuration, VERDICTS } from "@headgate/core/kernel";
import type { GateJudged, RolloutEvent } from "@headgate/core/rollout";
import type { ShownEvent } from "../remote/views.ts";
import type { Output } from "./output.ts";
import { renderConfirmed, renderRestored } from "./render-rollout.ts";

/** One line for one event of a rollout, with its time; null for events that say nothing to a person. */
export function describeEvent(shown: ShownEvent, output: Output): string | null {
	const text = sentence({ type: shown.type, ...shown.data } as RolloutEvent, output);
	if (text === null) return null;
	const time = new Date(shown.at).toISOString().slice(11, 19);
	// The head of the journal at each promotion and rollback: noted elsewhere, it shows a tail cut off later.
	const head = ["Promoted", "RolledBack"].includes(shown.type) ? output.paint("dim", `  journal ${shown.seq}:${shown.hash}`) : "";
	return `${output.paint("dim", time)}  ${text}${head}`;
}

function sentence(event: RolloutEvent, { paint }: Output): string | null {
	switch (event.type) {
		case "RolloutStarted":
			return `started with plan ${event.data.plan.name}`;
		case "ChecksPassed": {
			const { level, ms, notVerified } = event.data;
			return `package checked to level ${level} in ${renderDuration(ms)}${unverified(notVerified)}`;
		}
		case "VerificationAwaited":
			return `waits: ${event.data.reason}`;
		case "PackageVerified":
			return `every byte of the package read and right, in ${renderDuration(event.data.ms)}`;
		case "RolloutRefused":
			return `${paint("red", "refused")}: ${[event.data.reason, ...event.data.problems.map((problem) => `${problem.id} ${problem.message}`)].join("\n            ")}`;
		case "WarmingBegun":
			return "loading and warming the challenger on every gateway";
		case "ArmsReady":
			return `ready on ${event.data.gateways.join(", ")}`;
		case "ThresholdsFrozen":
			return event.data.requests === 0
				? null
				: `champion's latency taken from ${event.data.requests} requests: ${percentiles(event.data.championUs)}`;
		case "StageEntered":
			return `${paint("cyan", event.data.kind)}: challenger at ${event.data.weightPercent} %`;
		case "StageSkipped":
			return paint("dim", `${event.data.kind} skipped: ${event.data.reason}`);
		case "StageExtended": {
			const eta = event.data.etaSeconds === null ? "" : `; at this rate about ${event.data.etaSeconds} s more`;
			return `not decided yet, stage goes on (hold ${event.data.holds}): ${event.data.waitingFor.join(", ")}${eta}`;
		}
		case "StageLeftUnproven":
			return paint("yellow", `went on without proof: ${event.data.unproven.join(", ")}`);
		case "GateJudged":
			// Repeated at each decision for the record; only a change is news.
			return event.data.verdict === event.data.before ? null : judged(event.data, paint);
		case "RolloutDegraded":
			return paint("yellow", `degraded: ${event.data.gate}`);
		case "RolloutAsked":
			return paint("yellow", `needs a person: ${event.data.question}`);
		case "RolloutPaused":
			return paint("yellow", `paused: ${event.data.reason}`);
		case "RolloutResumed":
			return `resumed: ${event.data.reason}`;
		case "Promoted":
			return event.data.unproven.length === 0
				? paint("green", "promoted")
				: paint("yellow", `promoted unproven: ${event.data.unproven.join(", ")}`);
		case "RollbackBegun":
			return `${paint("red", "rolling back")}${event.data.gate === null ? "" : ` (${event.data.gate})`}: ${event.data.because}`;
		case "RolledBack":
			return `${paint("red", "rolled back")}, ${renderRestored(event.data)}`;
		case "RollbackConfirmed":
			return renderConfirmed(event.data);
		case "RolloutSuperseded":
			return `watch ended by the next rollout, ${event.data.by}`;
		case "RolloutCompleted":
			return "done";
		case "NoticeSent":
			return null;
		default:
			return unreachable(event);
	}
}

/** Only the checks by name: the words are a page, and `headgate check` shows them. */
function unverified(words: readonly string[]): string {
	const ids = new Set(words.map((text) => /^[A-Z]\d\d(?=: )/.exec(text)?.[0] ?? text));
	return ids.size === 0 ? "" : `; not verified in full: ${[...ids].join(", ")} (headgate check says what)`;
}

function judged(data: GateJudged, paint: Output["paint"]): string {
	const row = VERDICTS[data.verdict];
	return `gate ${data.gate}: ${paint(row.colour, data.verdict)} (${data.because})`;
}

function percentiles(us: Readonly<Record<string, number>>): string {
	return Object.entries(us)
		.map(([share, value]) => `p${String(Math.round(Number(share) * 1e6) / 1e4)} ${(value / 1_000).toFixed(2)} ms`)
		.join(", ");
}

function unreachable(event: never): never {
	throw new Error(`unknown event ${JSON.stringify(event)}`);
}
