import { MAX_WINDOW_REQUESTS } from "../statistics/index.ts";
import type { SecondClosed } from "./evidence.ts";
import {
	type ByUser,
	type ClassPair,
	type Lottery,
	type MergedCounts,
	type MergedWindow,
	type Pair,
	WARM_UP_SECONDS,
	type WarmthClass,
} from "./merged-window.ts";
import { USER_BUCKETS } from "./outcomes.ts";
import { type ArmCounts, failedOf, type Window } from "./window.ts";

const NO_USERS: readonly number[] = new Array<number>(USER_BUCKETS).fill(0);
const NOTHING: MergedCounts = { n: 0, failed: 0, over: [] };

/**
 * Gathers an endpoint's windows and hands them out merged when their second is closed. Sums are integers, so the order in which
 * gateways report cannot change a verdict. Duplicates by (gateway, boot, sequence) are ignored; windows of a closed second are late.
 */
export class EvidenceMerger {
	readonly #champion: string | null;
	readonly #challenger: string;
	readonly #open = new Map<number, Window[]>();
	readonly #lastSequence = new Map<string, number>();
	readonly #firstSeen = new Map<string, number>();
	#lastClosed = -1;
	/** Windows that came after their second was closed, and windows whose arms were not all ready. */
	late = 0;
	excluded = 0;

	constructor(champion: string | null, challenger: string) {
		this.#champion = champion;
		this.#challenger = challenger;
	}

	add(window: Window): void {
		const life = `${window.gateway}/${window.boot}`;
		if (window.sequence <= (this.#lastSequence.get(life) ?? -1)) return;
		this.#lastSequence.set(life, window.sequence);
		if (window.second <= this.#lastClosed) {
			this.late++;
			return;
		}
		const open = this.#open.get(window.second);
		if (open === undefined) this.#open.set(window.second, [window]);
		else open.push(window);
	}

	/** @param championGone the champion has no traffic any more, so a gateway without it counts too. */
	close(closed: SecondClosed, championGone: boolean): readonly MergedWindow[] {
		this.#lastClosed = Math.max(this.#lastClosed, closed.second);
		const windows = this.#open.get(closed.second) ?? [];
		this.#open.delete(closed.second);
		const groups = new Map<string, Window[]>();
		for (const window of windows) {
			const name = `${String(window.table.revision).padStart(12, "0")}/${window.thresholds}/${window.split ?? ""}`;
			groups.set(name, [...(groups.get(name) ?? []), window]);
		}
		return [...groups.keys()].sort().map((name) => this.#merge(closed.second, groups.get(name)!, championGone));
	}

	#merge(second: number, windows: readonly Window[], championGone: boolean): MergedWindow {
		const first = windows[0]!;
		const ready = windows.filter((window) => this.#isReady(window, championGone));
		const classes: Partial<Record<WarmthClass, ClassPair>> = {};
		for (const name of Object.keys(WARM_UP_SECONDS) as WarmthClass[]) {
			const warm = ready.filter((window) => this.#age(window, second) >= WARM_UP_SECONDS[name]);
			const counting = warm.length > 0 ? warm : ready.filter((window) => this.#age(window, second) >= 0);
			if (counting.length > 0) classes[name] = { ...this.#pair(counting), warm: warm.length > 0 };
		}
		const challengerRouted = windows.some((window) => window.arms[this.#challenger] !== undefined);
		this.excluded += windows.length - ready.length;
		return {
			second,
			revision: first.table.revision,
			thresholds: first.thresholds,
			classes,
			users: this.#byUser(windows),
			lottery: this.#lottery(ready, first.split ?? null),
			challengerRouted,
			all: this.#pair(windows),
		};
	}

	#isReady(window: Window, championGone: boolean): boolean {
		const champion = championGone ? null : this.#champion;
		return window.arms[this.#challenger] !== undefined && (champion === null || window.arms[champion] !== undefined);
	}

	/** Seconds since this gateway's challenger first answered; negative when it is not ready there. */
	#age(window: Window, second: number): number {
		const challenger = window.arms[this.#challenger];
		if (challenger === undefined) return -1;
		const place = `${window.gateway}/${window.boot}`;
		const seen = this.#firstSeen.get(place);
		if (seen !== undefined) return second - seen;
		if (challenger.n > 0) this.#firstSeen.set(place, second);
		return challenger.n > 0 ? 0 : -1;
	}

	#lottery(ready: readonly Window[], split: number | null): Lottery | null {
		const users = split === null || this.#champion === null ? null : this.#byUser(ready);
		return users === null || split === null ? null : { split, ...users };
	}

	#byUser(windows: readonly Window[]): ByUser | null {
		const challenger = usersOf(windows, this.#challenger);
		const champion = this.#champion === null ? null : usersOf(windows, this.#champion);
		if (challenger === null && champion === null) return null;
		return { challenger: challenger ?? NO_USERS, champion: champion ?? NO_USERS };
	}

	#pair(windows: readonly Window[]): Pair {
		const champion = this.#champion;
		return {
			challenger: sum(windows.map((window) => window.arms[this.#challenger])),
			champion: champion === null ? NOTHING : sum(windows.map((window) => window.arms[champion])),
		};
	}
}

/** Null when no gateway counted the arm's requests by user. */
function usersOf(windows: readonly Window[], key: string): readonly number[] | null {
	if (!windows.some((window) => window.arms[key]?.users !== undefined)) return null;
	const users = new Array<number>(USER_BUCKETS).fill(0);
	for (const window of windows) {
		window.arms[key]?.users?.forEach((count, bucket) => {
			users[bucket] = Math.min((users[bucket] ?? 0) + count, MAX_WINDOW_REQUESTS);
		});
	}
	return users;
}

function sum(arms: readonly (ArmCounts | undefined)[]): MergedCounts {
	let n = 0;
	let failed = 0;
	const over: number[] = [];
	for (const arm of arms) {
		if (arm === undefined) continue;
		n += arm.n;
		// A gateway never counts more failures than requests; one that did must not stop the judge, who refuses such counts.
		failed += Math.min(arm.n, failedOf(arm));
		arm.over.forEach((count, i) => {
			over[i] = (over[i] ?? 0) + Math.min(arm.n, count);
		});
	}
	// Nor does any arm answer this many in a second: what a gateway out of its mind says is cut where the judge would throw.
	const most = (count: number) => Math.min(count, MAX_WINDOW_REQUESTS);
	return { n: most(n), failed: most(failed), over: over.map(most) };
}
