import { type EndpointFlow, failedOf, type Window } from "@headgate/core/analysis";
import { countOf, type LatencySketch, mergeSketches, quantileUs } from "@headgate/core/statistics";
import type { Clock } from "../clock/clock.ts";

/** What an arm answered over the last minute, for people to look at; nothing is decided from it. */
export interface ArmTraffic {
	readonly key: string;
	readonly requestsPerSecond: number;
	readonly failedShare: number;
	readonly p50Us: number | null;
	readonly p95Us: number | null;
	readonly p99Us: number | null;
}

const KEPT_SECONDS = 60;

/** Gateways report a second when its answers are there; until then the one before is the newest. */
const REPORTED_AFTER_SECONDS = 10;

/** The last minute of windows by endpoint, in memory. What is older, or of a second that has not been, is not kept. */
export class Traffic {
	readonly #clock: Clock;
	readonly #windows = new Map<string, Window[]>();

	constructor(clock: Clock = Date.now) {
		this.#clock = clock;
	}

	add(window: Window): void {
		const now = this.#clock() / 1_000;
		const windows = [...(this.#windows.get(window.endpoint) ?? []), window];
		this.#windows.set(
			window.endpoint,
			windows.filter(({ second }) => second > now - KEPT_SECONDS && second <= now + 1),
		);
	}

	/** What all arms of an endpoint answered together over the last minute: what a forecast starts from. */
	flow(endpoint: string): EndpointFlow {
		const windows = this.#recent(endpoint, KEPT_SECONDS);
		const arms = windows.flatMap((window) => Object.values(window.arms));
		const n = arms.reduce((sum, arm) => sum + arm.n, 0);
		const failed = arms.reduce((sum, arm) => sum + failedOf(arm), 0);
		const seconds = Math.max(1, new Set(windows.map((window) => window.second)).size);
		return {
			requestsPerSecond: n / seconds,
			failedShare: n === 0 ? 0 : failed / n,
			latency: mergeSketches(arms.map((arm) => arm.latency)),
		};
	}

	/** @param seconds how far back from the newest second reported, at most 60. */
	of(endpoint: string, seconds: number): readonly ArmTraffic[] {
		const windows = this.#recent(endpoint, seconds);
		const keys = [...new Set(windows.flatMap((window) => Object.keys(window.arms)))];
		return keys.map((key) => summarise(key, windows, seconds));
	}

	#recent(endpoint: string, seconds: number): readonly Window[] {
		const all = this.#windows.get(endpoint) ?? [];
		const newest = Math.max(...all.map((window) => window.second), Math.floor(this.#clock() / 1_000) - REPORTED_AFTER_SECONDS);
		return all.filter((window) => window.second > newest - seconds);
	}
}

function summarise(key: string, windows: readonly Window[], seconds: number): ArmTraffic {
	const arms = windows.map((window) => window.arms[key]).filter((arm) => arm !== undefined);
	const n = arms.reduce((sum, arm) => sum + arm.n, 0);
	const failed = arms.reduce((sum, arm) => sum + failedOf(arm), 0);
	const latency = mergeSketches(arms.map((arm) => arm.latency));
	const at = (share: number) => quantile(latency, share);
	return {
		key,
		requestsPerSecond: n / seconds,
		failedShare: n === 0 ? 0 : failed / n,
		p50Us: at(0.5),
		p95Us: at(0.95),
		p99Us: at(0.99),
	};
}

function quantile(sketch: LatencySketch, share: number): number | null {
	return countOf(sketch) === 0 ? null : (quantileUs(sketch, share) ?? null);
}
