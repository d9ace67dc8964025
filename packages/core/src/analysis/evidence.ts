import type { OutcomesReceived } from "./outcomes.ts";
import type { Window } from "./window.ts";

/** A line of the evidence log: a window as it came in, outcomes of predictions, or the closing of a second. Judging reads nothing else. */
export type Evidence = WindowReceived | OutcomesReceived | SecondClosed;

export interface WindowReceived {
	readonly kind: "window";
	readonly window: Window;
}

/** From here on nothing more is counted for this second; what comes later is late and only shown. */
export interface SecondClosed {
	readonly kind: "close";
	readonly second: number;
	/** Gateways that held a lease and had not reported in time. */
	readonly missing: readonly string[];
	/** Arm keys ready on every leased gateway. */
	readonly readyArms: readonly string[];
	/** Closed so long after it was over that it is part of a backlog: it is judged, but no stage moves on it. */
	readonly behind: boolean;
}

/** An evidence record with its place in the endpoint's log. Positions rise by one. */
export type Placed<T extends Evidence> = T & { readonly position: number };
