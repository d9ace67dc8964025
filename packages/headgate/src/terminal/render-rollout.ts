import { renderDuration, VERDICTS } from "@headgate/core/kernel";
import type { RolloutView } from "../remote/views.ts";
import type { Output } from "./output.ts";

/** A rollout for people: where it stands, each gate as a sentence, what happened and why. */
export function renderRollout(view: RolloutView, output: Output): string[] {
	const { paint } = output;
	const head = `${paint("bold", view.id)}  ${view.champion ?? "(nothing)"} -> ${view.challenger}  ${renderStatus(view, output)}`;
	const lines = [head];
	if (view.refusal !== null) lines.push(`  refused: ${view.refusal}`);
	if (view.question !== null) lines.push(`  asks: ${view.question}`);
	if (view.heldBy !== null) lines.push(`  waits: ${view.heldBy}`);
	for (const gate of view.gates) {
		lines.push(`  ${renderGate(gate, output)}`);
		if (gate.foresight !== null) lines.push(output.paint("dim", `            ${gate.foresight}`));
	}
	if (view.unproven.length > 0) lines.push(`  promoted unproven: ${view.unproven.join(", ")}`);
	const { rollback } = view;
	if (rollback !== null) {
		lines.push(`  rolled back because ${rollback.because}`);
		if (rollback.applied !== null) lines.push(`  ${renderRestored(rollback.applied)}`);
		if (rollback.confirmed !== null) lines.push(`  ${renderConfirmed(rollback.confirmed)}`);
	}
	return lines;
}

export function renderGate(gate: RolloutView["gates"][number], output: Output): string {
	const row = VERDICTS[gate.verdict];
	const mark = output.paint(row.colour, `${row.symbol} ${gate.verdict.padEnd(7)}`);
	const evidence = output.paint("dim", `log10 E fail ${log10(gate.logEFail)} pass ${log10(gate.logEPass)}`);
	return `${mark} ${gate.gate.padEnd(34)} ${gate.because}  ${evidence}`;
}

/** One line of how a rollout stands now: weight, answers, and each gate with its evidence towards pass or fail. */
export function renderLive(view: RolloutView, { paint }: Output): string {
	const gates = view.gates.map((gate) => {
		const row = VERDICTS[gate.verdict];
		return `${paint(row.colour, row.symbol)} ${gate.gate} [fail ${log10(gate.logEFail)} pass ${log10(gate.logEPass)}]`;
	});
	const { challengerFailed, challengerRequests } = view.impact;
	return `${view.challenger} at ${view.weightPercent} %, ${challengerFailed} of ${challengerRequests} bad  ${gates.join("  ")}`;
}

export function renderStatus(view: RolloutView, output: Output): string {
	const stage = view.plan.stages[view.stageIndex];
	const where = stage === undefined ? "" : ` ${stage.kind}`;
	switch (view.status) {
		case "running":
			return output.paint(
				"cyan",
				`${view.promoted ? "promoted, in" : "in"}${where} at ${view.weightPercent} %, ${renderDuration(view.stageSeconds * 1_000)} judged`,
			);
		case "rolled-back":
			return output.paint("red", "rolled back");
		case "completed":
			return output.paint("green", "promoted");
		case "superseded":
			return output.paint("green", "promoted; its watch ended with the next rollout");
		case "refused":
			return output.paint("red", "refused");
		default:
			return output.paint("yellow", `${view.status}${where}`);
	}
}

export function renderRestored(applied: {
	readonly restoredMs: number;
	readonly gateways: readonly { gateway: string; ms: number }[];
	readonly leaseExpired: readonly string[];
}): string {
	const gateways = applied.gateways.map(({ gateway, ms }) => `${gateway} ${ms} ms`).join(", ");
	const expired = applied.leaseExpired.length === 0 ? "" : `; by the end of their lease: ${applied.leaseExpired.join(", ")}`;
	return `restored in ${renderDuration(applied.restoredMs)} (${gateways}${expired})`;
}

export function renderConfirmed(confirmed: {
	readonly confirmed: boolean;
	readonly seconds: number;
	readonly errorRatioBefore: number;
	readonly errorRatioNow: number;
	readonly impact: { challengerRequests: number; challengerFailed: number };
}): string {
	const rate = (ratio: number) => `${(100 * ratio).toFixed(2)} %`;
	const { challengerFailed, challengerRequests } = confirmed.impact;
	const back = confirmed.confirmed ? "confirmed from live traffic" : "NOT confirmed";
	return `${back} after ${confirmed.seconds} s: errors ${rate(confirmed.errorRatioNow)}, before ${rate(confirmed.errorRatioBefore)}; ${challengerFailed} of the challenger's ${challengerRequests} answers were bad`;
}

function log10(nats: number): string {
	return (nats / Math.LN10).toFixed(1);
}
