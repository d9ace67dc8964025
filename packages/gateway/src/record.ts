import {
	type ArmRole,
	type ExcludedCounts,
	type FailedCounts,
	type Thresholds,
	USER_BUCKETS,
	type Window,
} from "@headgate/core/analysis";
import { bucketOf } from "@headgate/core/statistics";

/** A gap in seconds (the process was suspended) longer than this is left out of the record: nobody was alive to count. */
const LONGEST_GAP_SECONDS = 10;

/** What stays the same within one window; another frame begins another window. */
export interface Frame {
	readonly table: { readonly epoch: number; readonly revision: number };
	readonly thresholds: Thresholds;
	/** The challenger's share in the lottery that is held now; null when none is. */
	readonly split: number | null;
	/** A rollout is going on: requests are counted by user too. */
	readonly byUser: boolean;
	/** Arms that are ready. */
	readonly arms: readonly { readonly key: string; readonly role: ArmRole }[];
}

/** A window before it gets its place in the sequence. */
export type UnsentWindow = Omit<Window, "gateway" | "boot" | "sequence">;

/** One request that an arm has taken, from its start until it is counted. */
export interface Ticket {
	window: OpenWindow;
	readonly key: string;
	readonly role: ArmRole;
	readonly bucket: number;
	/** Counted as outlived already: only a failure is still to come. */
	outlived: boolean;
}

interface Tally {
	readonly role: ArmRole;
	n: number;
	readonly failed: { -readonly [Kind in keyof FailedCounts]: number };
	readonly over: number[];
	readonly latency: Map<number, number>;
	readonly users: number[] | null;
}

interface OpenWindow {
	readonly second: number;
	readonly frame: Frame;
	readonly tallies: Map<string, Tally>;
	readonly excluded: { -readonly [Kind in keyof ExcludedCounts]: number };
	pending: number;
	dropped: number;
}

/**
 * Counts one endpoint's requests by the second of their start. Windows close in order, once every request of their second is
 * counted. It only adds integers: recording can neither fail nor hold up an answer.
 */
export class EndpointRecorder {
	readonly #endpoint: string;
	#frame: Frame;
	#open: OpenWindow[] = [];
	/** Failures known after their window had closed, by arm key. */
	readonly #lateFailures = new Map<string, (keyof FailedCounts)[]>();

	constructor(endpoint: string, frame: Frame, second: number) {
		this.#endpoint = endpoint;
		this.#frame = frame;
		this.#begin(second);
	}

	/** Splits the window when table, thresholds or the arms that are ready have changed. */
	setFrame(frame: Frame, second: number): void {
		if (sameFrame(this.#frame, frame)) return;
		this.#current(second);
		this.#frame = frame;
		this.#begin(this.#open.at(-1)!.second);
	}

	start(key: string, role: ArmRole, second: number, bucket: number): Ticket {
		const window = this.#current(second);
		window.pending++;
		return { window, key, role, bucket, outlived: false };
	}

	answered(ticket: Ticket, latencyUs: number): void {
		if (!ticket.outlived) this.#settle(ticket, latencyUs);
	}

	failed(ticket: Ticket, kind: keyof FailedCounts, latencyUs: number): void {
		if (!ticket.outlived) {
			this.#settle(ticket, latencyUs).failed[kind]++;
			return;
		}
		const late = this.#lateFailures.get(ticket.key);
		if (late === undefined) this.#lateFailures.set(ticket.key, [kind]);
		else late.push(kind);
	}

	/** The request runs on, but its second need not wait for it: it counts now, with every threshold it has outlived. */
	outlived(ticket: Ticket, elapsedUs: number): void {
		if (ticket.outlived) return;
		this.#settle(ticket, elapsedUs);
		ticket.outlived = true;
	}

	/** The caller left before the arm answered well. */
	clientGone(ticket: Ticket): void {
		if (ticket.outlived) return;
		ticket.window.pending--;
		ticket.window.excluded.clientGone++;
	}

	exclude(kind: keyof ExcludedCounts, second: number): void {
		this.#current(second).excluded[kind]++;
	}

	/** Requests whose counts were lost elsewhere. */
	drop(count: number, second: number): void {
		this.#current(second).dropped += count;
	}

	/** The windows of seconds that were over before `second` and are complete, in order; all windows of one second come together. */
	close(second: number): UnsentWindow[] {
		this.#current(second);
		const closed: UnsentWindow[] = [];
		while (this.#open.length > 0 && isPast(this.#open[0]!.second, second)) {
			const oldest = this.#open[0]!.second;
			const group = this.#open.filter((window) => window.second === oldest);
			if (group.some((window) => window.pending > 0)) break;
			this.#open = this.#open.filter((window) => window.second !== oldest);
			for (const window of group) closed.push(this.#finish(window));
		}
		return closed;
	}

	#current(second: number): OpenWindow {
		let last = this.#open.at(-1);
		if (last === undefined) return this.#begin(second);
		// A clock that steps back a little must not reopen a second; a large step begins anew where the clock is now.
		if (isSteppedBack(last.second, second) || second > last.second + LONGEST_GAP_SECONDS) return this.#begin(second);
		while (last.second < second) last = this.#begin(last.second + 1);
		return last;
	}

	#begin(second: number): OpenWindow {
		const excluded = { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 };
		const window: OpenWindow = { second, frame: this.#frame, tallies: new Map(), excluded, pending: 0, dropped: 0 };
		for (const arm of this.#frame.arms) window.tallies.set(arm.key, emptyTally(arm.role, this.#frame));
		this.#open.push(window);
		return window;
	}

	#settle(ticket: Ticket, latencyUs: number): Tally {
		const { window } = ticket;
		window.pending--;
		let tally = window.tallies.get(ticket.key);
		if (tally === undefined) {
			tally = emptyTally(ticket.role, window.frame);
			window.tallies.set(ticket.key, tally);
		}
		tally.n++;
		if (tally.users !== null) tally.users[ticket.bucket]!++;
		const limits = window.frame.thresholds.latencyUs;
		for (let i = 0; i < limits.length && latencyUs > limits[i]!; i++) tally.over[i]!++;
		const bucket = bucketOf(latencyUs);
		tally.latency.set(bucket, (tally.latency.get(bucket) ?? 0) + 1);
		return tally;
	}

	#finish(window: OpenWindow): UnsentWindow {
		const arms: Record<string, Window["arms"][string]> = {};
		for (const [key, tally] of window.tallies) {
			this.#addLateFailures(key, tally);
			const latency = [...tally.latency].sort(([a], [b]) => a - b);
			const users = tally.users === null ? {} : { users: tally.users };
			arms[key] = { role: tally.role, n: tally.n, failed: tally.failed, over: tally.over, latency, ...users };
		}
		const { second, frame, excluded, dropped } = window;
		return {
			v: 1,
			second,
			table: frame.table,
			thresholds: frame.thresholds.id,
			endpoint: this.#endpoint,
			arms,
			excluded,
			...(frame.byUser ? { split: frame.split } : {}),
			dropped,
		};
	}

	/** No window ever holds more failures than requests: the rest waits for the next one. */
	#addLateFailures(key: string, tally: Tally): void {
		const late = this.#lateFailures.get(key);
		if (late === undefined) return;
		const { runtime, timeout, output, reset } = tally.failed;
		const room = tally.n - runtime - timeout - output - reset;
		for (const kind of late.splice(0, room)) tally.failed[kind]++;
		if (late.length === 0) this.#lateFailures.delete(key);
	}
}

function isPast(windowSecond: number, second: number): boolean {
	return windowSecond < second || isSteppedBack(windowSecond, second);
}

/** The clock was set back so far that the window's second will not come again before long: it is over all the same. */
function isSteppedBack(windowSecond: number, second: number): boolean {
	return windowSecond > second + LONGEST_GAP_SECONDS;
}

function emptyTally(role: ArmRole, { thresholds, byUser }: Frame): Tally {
	const failed = { runtime: 0, timeout: 0, output: 0, reset: 0 };
	const users = byUser ? new Array<number>(USER_BUCKETS).fill(0) : null;
	return { role, n: 0, failed, over: thresholds.latencyUs.map(() => 0), latency: new Map(), users };
}

function sameFrame(a: Frame, b: Frame): boolean {
	return (
		a.table.epoch === b.table.epoch &&
		a.table.revision === b.table.revision &&
		a.thresholds.id === b.thresholds.id &&
		a.split === b.split &&
		a.byUser === b.byUser &&
		a.arms.length === b.arms.length &&
		a.arms.every((arm, i) => arm.key === b.arms[i]!.key && arm.role === b.arms[i]!.role)
	);
}
