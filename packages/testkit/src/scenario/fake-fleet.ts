import type { ArmCounts, Window } from "@headgate/core/analysis";
import type { ArmRoute, EndpointRoute } from "@headgate/core/routing";
import { binomial, seededUniforms } from "./seeded-counts.ts";
import { armCounts, windowWith } from "./windows.ts";

/** How a version answers: a share of failures, and latencies spread exponentially around a mean. */
export interface Behaviour {
	readonly errorRatio: number;
	readonly meanUs?: number;
}

export interface FleetOptions {
	readonly gateways?: number;
	readonly requestsPerSecond?: number;
	readonly seed?: number;
	/** By version; others fail 0.3 % of the time. Asked anew each second, so a version may change its ways. */
	readonly behaviour?: (version: string, second: number) => Behaviour | undefined;
}

const USUAL: Required<Behaviour> = { errorRatio: 0.003, meanUs: 10_000 };

/** Gateways that obey a route and report what versions of known behaviour would have answered. Seeded, no clock. */
export class FakeFleet {
	readonly gateways: readonly string[];
	readonly #uniform: () => number;
	readonly #options: Required<Omit<FleetOptions, "seed">>;
	#sequence = 0;
	/** Requests per second from now on; 0 is a night without users. */
	requestsPerSecond: number;

	constructor({ gateways = 2, requestsPerSecond = 200, seed = 1, behaviour = () => undefined }: FleetOptions = {}) {
		this.#options = { gateways, requestsPerSecond, behaviour };
		this.#uniform = seededUniforms(seed);
		this.requestsPerSecond = requestsPerSecond;
		this.gateways = Array.from({ length: gateways }, (_, i) => `g${i + 1}`);
	}

	/** The latency that a share of a version's answers stays below, in microseconds. */
	latencyUs(version: string, second: number, percentile: number): number {
		return Math.round(-Math.log(1 - percentile) * this.#behaviour(version, second).meanUs);
	}

	/** One window from each gateway. */
	second(second: number, route: EndpointRoute, revision: number): readonly Window[] {
		this.#sequence++;
		return this.gateways.map((gateway) => {
			const arms: Record<string, ArmCounts> = {};
			let left = Math.round(this.requestsPerSecond / this.gateways.length);
			for (const arm of route.arms.toReversed()) {
				const n = arm === route.arms[0] ? left : binomial(this.#uniform, left, arm.weightPercent / 100);
				left -= n;
				arms[arm.key] = this.#answer(arm, n, second, route.thresholds.latencyUs);
			}
			const table = { epoch: 1, revision };
			return windowWith({ gateway, boot: "b1", sequence: this.#sequence, second, table, thresholds: route.thresholds.id, arms });
		});
	}

	#answer({ version, role }: ArmRoute, n: number, second: number, latencyUs: readonly number[]): ArmCounts {
		const { errorRatio, meanUs } = this.#behaviour(version, second);
		const failed = binomial(this.#uniform, n, errorRatio);
		const over: number[] = [];
		// Who is above the next limit was above the one before it.
		for (const [i, us] of latencyUs.entries()) {
			const beyond = Math.exp(-(us - (latencyUs[i - 1] ?? 0)) / meanUs);
			over.push(binomial(this.#uniform, over[i - 1] ?? n, beyond));
		}
		return armCounts(role, { n, failed, over });
	}

	#behaviour(version: string, second: number): Required<Behaviour> {
		return { ...USUAL, ...this.#options.behaviour(version, second) };
	}
}
