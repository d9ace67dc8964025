import { renderDuration } from "@headgate/core/kernel";
import { printable } from "../../files/package-path.ts";
import { type CheckOutcome, type Finding, judge, pass } from "../check.ts";
import type { SmokeEnd, SmokeLimits, SmokeLoad, SmokePhase } from "./smoke-load.ts";

/** Measured here against stated there: another machine is a factor, not an order of magnitude. */
const LATENCY_FACTOR = 3;

/** A latency that the evaluation report states. */
export interface StatedLatency {
	/** As the report names it. */
	readonly name: string;
	readonly percentile: string;
	readonly ms: number;
}

/** Whether a first load may stand, with the figures. */
export function judgeSmokeLoad(load: SmokeLoad, limits: SmokeLimits, stated: readonly StatedLatency[]): CheckOutcome {
	const { end, startMs, examples, latencyMs, peakBytes } = load;
	const findings = [
		...endFindings(end, load, limits),
		...(end.kind === "answered" ? [...memoryFindings(load, limits), ...latencyFindings(load, stated)] : []),
	];
	const parts = [
		`loaded in ${renderDuration(startMs ?? 0)}`,
		examples === 0
			? "there are no examples to compare with"
			: `${examples} ${examples === 1 ? "example" : "examples"} answered as expected`,
		...(latencyMs?.["50"] === undefined ? [] : [`median ${milliseconds(latencyMs["50"])}`]),
		...(peakBytes === null ? [] : [`at most ${mebibytes(peakBytes)} of ${mebibytes(limits.memoryBytes)}`]),
	];
	const detail = { startMs, examples, latencyMs, peakBytes, memoryLimitBytes: limits.memoryBytes };
	const notVerified = examples === 0 ? { notVerified: ["what it answers: there are no examples"] } : {};
	return { ...judge(findings, { ...pass(parts.join(", ")), ...notVerified }), detail };
}

function endFindings(end: SmokeEnd, { peakBytes }: SmokeLoad, limits: SmokeLimits): Finding[] {
	switch (end.kind) {
		case "answered":
			return [];
		case "refused":
			return [{ code: end.code, message: printable(end.message), hint: HINTS[end.code] ?? end.hint }];
		case "crashed": {
			const killed = end.how === "SIGKILL" ? ", perhaps by the system for want of memory" : "";
			const said = end.stderr === "" ? "" : `; it wrote: ${printable(end.stderr).slice(-300)}`;
			const message = `its process ended (${end.how}${killed}) while it was ${WORDS[end.phase]}${said}`;
			return [
				{
					code: "smoke.crashed",
					message,
					hint: "Run its code and its weights by themselves; what ends a process here would end a gateway.",
				},
			];
		}
		case "late": {
			const message = `it was still ${WORDS[end.phase]} after ${renderDuration(end.limitMs)} and was ended`;
			const hint =
				end.phase === "loading"
					? "Raise resources.startupSeconds if it needs longer; else look for a loop in its code."
					: "Look for a loop in its code, or give fewer examples.";
			return [{ code: "smoke.late", message, hint }];
		}
		case "memory":
			return [
				overLimit(`${peakBytes === null ? "more" : mebibytes(peakBytes)}, and was ended while ${WORDS[end.phase]}`, limits),
			];
	}
}

function memoryFindings({ peakBytes }: SmokeLoad, limits: SmokeLimits): Finding[] {
	if (peakBytes === null || peakBytes <= limits.memoryBytes) return [];
	return [overLimit(mebibytes(peakBytes), limits)];
}

function overLimit(took: string, { memoryBytes }: SmokeLimits): Finding {
	return {
		code: "smoke.memory",
		message: `resources.memory declares ${mebibytes(memoryBytes)}, it took ${took}`,
		hint: "Declare what it needs: hosts are filled by what packages declare.",
		file: "model.yaml",
	};
}

function latencyFindings({ latencyMs }: SmokeLoad, stated: readonly StatedLatency[]): Finding[] {
	return stated.flatMap(({ name, percentile, ms }): Finding[] => {
		const measured = latencyMs?.[percentile];
		if (measured === undefined || measured <= ms * LATENCY_FACTOR) return [];
		const message = `${printable(name).slice(0, 80)} is ${milliseconds(measured)} here, the report states ${milliseconds(ms)}: more than ${LATENCY_FACTOR} times as much`;
		const hint = "Compare the machines; if they are alike, the report belongs to another build.";
		return [{ code: "smoke.slow", message, hint, severity: "warn" }];
	});
}

/** The catalogue sends people to `headgate check`, where they are. */
const HINTS: Readonly<Record<string, string>> = {
	"runtime.load-failed":
		"Load its graph in onnxruntime and import its code in Node by themselves: one of them fails as the message says.",
};

const WORDS: Readonly<Record<SmokePhase, string>> = { loading: "loading", answering: "answering its examples" };

function mebibytes(bytes: number): string {
	return `${Math.ceil(bytes / 2 ** 20).toLocaleString("en")} MiB`;
}

function milliseconds(ms: number): string {
	return `${ms < 10 ? ms.toFixed(2) : Math.round(ms).toLocaleString("en")} ms`;
}
