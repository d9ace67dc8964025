import {
	decide,
	evolveServing,
	fold,
	NOBODY,
	type RolloutEvent,
	type RolloutInput,
	type RolloutState,
} from "@headgate/core/rollout";
import { expect } from "vitest";

type Past = RolloutInput | RolloutEvent;
type Expected = RolloutEvent["type"] | { readonly type: RolloutEvent["type"]; readonly data?: object };

/**
 * `given(start(), passed).when(input).leadsTo("StageEntered", ...)`. The past may be told as events that happened or as inputs, which
 * are then decided; an input that is refused in the past is a mistake of the test.
 */
export function given(...past: readonly Past[]) {
	const events: RolloutEvent[] = [];
	for (const [index, step] of past.entries()) events.push(...("after" in step ? [step] : accepted(fold(events), step, index)));
	const state = fold(events);
	return {
		state,
		events,
		/** Who serves after all of it, at time 0. */
		serving: events.reduce((serving, event, i) => evolveServing(serving, event, fold(events.slice(0, i + 1))!, 0), NOBODY),
		when: (input: RolloutInput) => when(state, input, past.length),
	};
}

function when(state: RolloutState | null, input: RolloutInput, after: number) {
	const result = decide(state, input, after);
	const events = result.ok ? result.value : [];
	return {
		events,
		/** Exactly these events, in this order, beside the verdicts that are recorded with a decision. */
		leadsTo: (...expected: readonly Expected[]) => {
			if (!result.ok) throw new Error(`refused with ${result.refusal.code}: ${result.refusal.message}`);
			const wantsVerdicts = expected.some((one) => (typeof one === "string" ? one : one.type) === "GateJudged");
			const got = wantsVerdicts ? events : events.filter((event) => event.type !== "GateJudged");
			expect(got.map((event) => event.type)).toEqual(expected.map((one) => (typeof one === "string" ? one : one.type)));
			expect(got).toMatchObject(expected.map((one) => (typeof one === "string" ? { type: one } : one)));
		},
		refuses: (code: string) => {
			expect(result).toMatchObject({ ok: false, refusal: { code } });
			expect(result.ok ? "" : result.refusal.hint).not.toBe("");
		},
	};
}

function accepted(state: RolloutState | null, input: RolloutInput, after: number): readonly RolloutEvent[] {
	const result = decide(state, input, after);
	if (!result.ok) throw new Error(`the past was refused at step ${after} with ${result.refusal.code}: ${result.refusal.message}`);
	return result.value;
}
