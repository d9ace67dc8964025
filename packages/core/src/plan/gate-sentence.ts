import { type Refusal, refuse } from "../kernel/refusal.ts";
import type { GateToken } from "./gate-tokens.ts";
import type { PlanRefusalCode } from "./plan-refusals.ts";

export const GATE_GRAMMAR = 'a gate reads like "error_rate <= 1%", "latency_p95 <= champion + 20%" or "latency_p99 <= objective"';

/** A gate as it was written and where: what every refusal about it has to name. */
export interface GateSentence {
	readonly text: string;
	readonly path: string;
}

type Refused = { readonly ok: false; readonly refusal: Refusal };

/** Refuses a gate at one word: `gate "error_rat <= 1%": "error_rat" at column 1 is not a metric (plan[1].canary.gates[0])`. */
export function refuseAt(
	sentence: GateSentence,
	code: PlanRefusalCode,
	token: Pick<GateToken, "text" | "column">,
	problem: string,
	hint: string,
): Refused {
	return refuseGate(sentence, code, `"${clip(token.text)}" at column ${token.column} ${problem}`, hint);
}

export function refuseGate(sentence: GateSentence, code: PlanRefusalCode, problem: string, hint: string): Refused {
	return refuse(code, `gate "${clip(sentence.text)}": ${problem} (${sentence.path})`, hint, sentence.path);
}

/** Keeps a message on one line and short, whatever was written. */
export function clip(text: string): string {
	const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
	return line.length <= 120 ? line : `${line.slice(0, 117)}...`;
}
