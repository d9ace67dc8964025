import {
	EvidenceMerger,
	FIRST_STAGE,
	Judge,
	type SecondClosed,
	USER_BUCKETS,
	type Window,
	watchedLatencies,
} from "@headgate/core/analysis";
import type { Plan } from "@headgate/core/plan";
import type { Random } from "@headgate/core/simulation";
import { planOf } from "../shared/parsed.ts";

const CHAMPION_US = { "0.5": 50_000, "0.95": 122_000, "0.99": 292_000 };
export const GATEWAYS = ["g1", "g2"];

/** One rollout's merger and judge, and the traffic of a sound challenger for it. */
export class JudgedEndpoint {
	readonly #latencyUs: readonly number[];
	readonly #judge: Judge;
	readonly #merger = new EvidenceMerger("champion", "challenger");
	#position = 0;

	constructor(plan: Plan) {
		this.#latencyUs = watchedLatencies(plan, CHAMPION_US);
		this.#judge = new Judge(plan, [], { arms: { champion: "champion", challenger: "challenger" } });
		const thresholds = { id: "t", latencyUs: this.#latencyUs };
		this.#judge.tell({ ...FIRST_STAGE, thresholds, championUs: CHAMPION_US });
	}

	/** Takes what the gateways say of a second, closes it and judges it. */
	second(second: number, windows: readonly Window[]): void {
		for (const window of windows) this.#merger.add(window);
		const closed: SecondClosed = { kind: "close", second, missing: [], readyArms: [], behind: false };
		const { failing } = this.#judge.second({ ...closed, position: ++this.#position }, this.#merger.close(closed, false));
		if (failing !== null) throw new Error(`a sound challenger was failed by ${failing.gate}`);
	}

	windowsOf(second: number, rate: number, random: Random): readonly Window[] {
		return GATEWAYS.map((gateway) => ({
			...{ v: 1, gateway, boot: "b", sequence: second, second, table: { epoch: 1, revision: 1 }, thresholds: "t", endpoint: "e" },
			arms: {
				champion: this.#arm("champion", (0.9 * rate) / GATEWAYS.length, random),
				challenger: this.#arm("challenger", (0.1 * rate) / GATEWAYS.length, random),
			},
			excluded: { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 },
			...{ split: 0.1, dropped: 0 },
		}));
	}

	#arm(role: "champion" | "challenger", expected: number, random: Random) {
		const n = random.poisson(expected);
		const users = new Array<number>(USER_BUCKETS).fill(0);
		const latency = new Map<number, number>();
		for (let i = 0; i < n; i++) {
			users[Math.floor(random.uniform() * users.length)]!++;
			const bucket = 600 + Math.floor(40 * random.uniform());
			latency.set(bucket, (latency.get(bucket) ?? 0) + 1);
		}
		let above = n;
		const over = this.#latencyUs.map((us) => {
			above = random.binomial(above, Math.min(0.5, 20_000 / us));
			return above;
		});
		const failed = { runtime: random.binomial(n, 0.002), timeout: 0, output: 0, reset: 0 };
		return { role, n, failed, over, latency: [...latency].sort(([a], [b]) => a - b), users };
	}
}

/** One long canary with these gates. */
export function planWith(gates: readonly string[]): Plan {
	return planOf([{ canary: { weight: "10%", hold: "24h", gates } }, "promote"]);
}
