import type { Evidence, Placed } from "../analysis/index.ts";
import type { RolloutEvent } from "./events.ts";
import { type Recorded, RolloutTracker } from "./tracker.ts";

/** A decision that comes out otherwise than the journal says. */
export interface Difference {
	readonly position: number;
	readonly second: number;
	readonly got: string;
	readonly expected: string;
}

export interface ReplayReport {
	readonly secondsJudged: number;
	/** Events that evidence led to, decided again and equal. */
	readonly decisionsEqual: number;
	readonly differences: readonly Difference[];
	/** Largest relative difference of any number in an equal decision. */
	readonly worstNumber: number;
}

/** E-values may differ in their last digits between machines; verdicts may not. */
const TOLERANCE = 1e-9;

/** Judges the evidence of a rollout again and holds every decision against the journal. */
export class Replay {
	readonly #tracker: RolloutTracker;
	readonly #differences: Difference[] = [];
	#secondsJudged = 0;
	#decisionsEqual = 0;
	#worstNumber = 0;

	/** @param recorded the rollout's events, oldest first. */
	constructor(recorded: readonly Recorded[]) {
		this.#tracker = new RolloutTracker(recorded);
	}

	/** The next piece of evidence, in the order of the log, from just after the rollout's start. */
	take(record: Placed<Evidence>): void {
		const step = this.#tracker.take(record);
		if (step === null) return;
		this.#secondsJudged++;
		const { position, second } = step.judgement;
		// Evidence is sealed after what it led to: sealed evidence past the last recorded event led to nothing.
		const recorded = step.recorded ?? [];
		const before = this.#differences.length;
		const pairs = Math.max(step.decided.length, recorded.length);
		for (let i = 0; i < pairs; i++) this.#compare(step.decided[i], recorded[i], position, second);
		if (before === this.#differences.length) this.#decisionsEqual += pairs;
	}

	finish(): ReplayReport {
		for (const { event, fromEvidence } of this.#tracker.finish()) {
			if (fromEvidence)
				this.#differences.push({
					position: event.after,
					second: 0,
					got: "no evidence that leads to it",
					expected: render(event),
				});
		}
		const { length } = this.#differences;
		return {
			secondsJudged: this.#secondsJudged,
			decisionsEqual: this.#decisionsEqual,
			differences: length > 20 ? this.#differences.slice(0, 20) : this.#differences,
			worstNumber: this.#worstNumber,
		};
	}

	#compare(got: RolloutEvent | undefined, expected: RolloutEvent | undefined, position: number, second: number): void {
		const worst = got === undefined || expected === undefined ? Number.POSITIVE_INFINITY : worstDifference(got, expected);
		if (worst <= TOLERANCE) this.#worstNumber = Math.max(this.#worstNumber, worst);
		else this.#differences.push({ position, second, got: render(got), expected: render(expected) });
	}
}

/** Largest relative difference of two plain values' numbers; infinite when anything else differs. */
function worstDifference(a: unknown, b: unknown): number {
	if (typeof a === "number" && typeof b === "number")
		return a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
	if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b ? 0 : Number.POSITIVE_INFINITY;
	const keysA = Object.keys(a).filter((key) => (a as Record<string, unknown>)[key] !== undefined);
	const keysB = Object.keys(b).filter((key) => (b as Record<string, unknown>)[key] !== undefined);
	if (keysA.length !== keysB.length) return Number.POSITIVE_INFINITY;
	return Math.max(
		0,
		...keysA.map((key) => worstDifference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])),
	);
}

function render(event: RolloutEvent | undefined): string {
	return event === undefined ? "nothing" : `${event.type} ${JSON.stringify(event.data)}`;
}
