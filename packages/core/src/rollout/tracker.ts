import type { Evidence, Judgement, Placed } from "../analysis/index.ts";
import { EvidenceMerger, Judge } from "../analysis/index.ts";
import { keyOf } from "./arm.ts";
import { decide } from "./decide.ts";
import type { RolloutEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { RolloutState } from "./state.ts";

/** A rollout event as the journal has it, with what caused it: the evidence, or something from outside (a person, a report). */
export interface Recorded {
	readonly event: RolloutEvent;
	readonly fromEvidence: boolean;
}

/** What one piece of evidence led to, beside what the journal says it led to (undefined when the journal has no more). */
export interface Step {
	readonly judgement: Judgement;
	readonly decided: readonly RolloutEvent[];
	readonly recorded: readonly RolloutEvent[] | undefined;
}

/**
 * Follows one rollout through its evidence. The same object lives in the control loop, catches up after a restart and replays for
 * an auditor, so the three cannot differ: evidence is judged in order, and recorded events take effect between the same two seconds.
 */
export class RolloutTracker {
	#state: RolloutState;
	readonly #judge: Judge;
	readonly #merger: EvidenceMerger;
	readonly #ahead: Recorded[];
	#position: number;
	#lastJudgement: Judgement | null = null;

	/** @param recorded every event of the rollout so far, `RolloutStarted` first. */
	constructor(recorded: readonly Recorded[]) {
		const [first, ...rest] = recorded;
		if (first === undefined) throw new Error("a rollout without events cannot be followed");
		this.#state = evolve(null, first.event);
		const { plan, off, judge, champion, challenger } = this.#state;
		const arms = { challenger: keyOf(challenger), champion: champion === null ? null : keyOf(champion) };
		this.#judge = new Judge(plan, off, { version: judge, arms });
		this.#merger = new EvidenceMerger(arms.champion, arms.challenger);
		this.#ahead = [...rest];
		this.#position = first.event.after;
		this.#tell();
	}

	/** State with every recorded event up to the evidence seen so far. */
	get state(): RolloutState {
		return this.#state;
	}

	/** Position of the last piece of evidence taken. */
	get position(): number {
		return this.#position;
	}

	get lastJudgement(): Judgement | null {
		return this.#lastJudgement;
	}

	get impact(): Judgement["impact"] {
		return this.#judge.impact;
	}

	/** True while the journal has events that later evidence led to: nothing new may be decided yet. */
	get catchingUp(): boolean {
		return this.#ahead.length > 0;
	}

	/** Windows that came too late or from a gateway whose arms were not all ready. */
	get leftOut(): { readonly late: number; readonly excluded: number } {
		return { late: this.#merger.late, excluded: this.#merger.excluded };
	}

	/** An event that was just written to the journal. While catching up it waits behind the recorded events before it. */
	apply(event: RolloutEvent): void {
		if (this.catchingUp) this.#ahead.push({ event, fromEvidence: false });
		else this.#happen(event);
	}

	#happen(event: RolloutEvent): void {
		this.#state = evolve(this.#state, event);
		this.#tell();
		const resumed = event.type === "RolloutResumed";
		// In a watch, a signal that does not roll back restarts the clock.
		if (resumed || (event.type === "RolloutDegraded" && this.#state.promoted)) this.#judge.restartHold();
	}

	/** Takes the next piece of evidence; a closed second is judged and may decide something. */
	take(record: Placed<Evidence>): Step | null {
		this.#catchUp(record.position);
		this.#position = record.position;
		if (record.kind === "window") {
			this.#merger.add(record.window);
			return null;
		}
		if (record.kind === "outcomes") {
			this.#judge.outcomes(record);
			return null;
		}
		const judgement = this.#judge.second(record, this.#merger.close(record, isChampionGone(this.#state)));
		this.#lastJudgement = judgement;
		const result = decide(this.#state, { type: "JudgeSecond", judgement }, record.position);
		if (!result.ok) throw new Error(`a judged second was refused: ${result.refusal.message}`);
		if (this.#ahead.length === 0) return { judgement, decided: result.value, recorded: undefined };
		return { judgement, decided: result.value, recorded: this.#takeRecorded(record.position) };
	}

	/** Applies what the journal recorded before any evidence past the last one taken. */
	finish(): readonly Recorded[] {
		this.#catchUp(this.#position + 1);
		return this.#ahead;
	}

	/** Events decided before the evidence at `position` was there. */
	#catchUp(position: number): void {
		while (this.#ahead.length > 0 && this.#ahead[0]!.event.after < position) this.#happen(this.#ahead.shift()!.event);
	}

	/** What this very evidence led to, by the journal. */
	#takeRecorded(position: number): readonly RolloutEvent[] {
		const taken: RolloutEvent[] = [];
		while (this.#ahead.length > 0 && this.#ahead[0]!.fromEvidence && this.#ahead[0]!.event.after === position) {
			const { event } = this.#ahead.shift()!;
			this.#happen(event);
			taken.push(event);
		}
		return taken;
	}

	#tell(): void {
		const { stageIndex, promoted, degraded, rollback, thresholds, championUs } = this.#state;
		const championGone = isChampionGone(this.#state);
		const rolledBack = rollback !== null;
		this.#judge.tell({ index: stageIndex, promoted, championGone, rolledBack, degraded, thresholds, championUs });
	}
}

/** The challenger has all the traffic: promoted without a holdback, switched, or in a canary of 100 %. */
function isChampionGone(state: RolloutState): boolean {
	return state.weightPercent >= 100;
}
