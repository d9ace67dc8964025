import type { Clock } from "../clock/clock.ts";
import type { Fleet } from "../gateways/fleet.ts";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { EffectPerformer } from "./perform-effects.ts";
import type { Rollouts } from "./rollouts.ts";

const PASS_MS = 100;
const HEARTBEAT_MS = 1_000;
const SEAL_MS = 60_000;

interface Parts {
	readonly keeper: StateKeeper;
	readonly rollouts: Rollouts;
	readonly effects: EffectPerformer;
	readonly fleet: Fleet;
	readonly clock: Clock;
	/** A pass that failed; the next one tries again. */
	readonly onError: (error: unknown) => void;
	/** After each pass: the loop is alive. */
	readonly onPass: () => void;
}

/** The one loop: judge what is closed, perform what is due, tell gateways that control lives. Returns the way to stop it. */
export function startControlLoop(parts: Parts): { stop(): Promise<void>; nudge(): void } {
	const { keeper, rollouts, effects, fleet, clock } = parts;
	let stopped = false;
	let timer: NodeJS.Timeout | undefined;
	let heartbeatAtMs = 0;
	let sealedAtMs = clock();
	let running: Promise<void> = Promise.resolve();

	async function pass(): Promise<void> {
		const nowMs = clock();
		if (nowMs - heartbeatAtMs >= HEARTBEAT_MS) {
			heartbeatAtMs = nowMs;
			fleet.heartbeat();
		}
		await keeper.exclusively(async () => {
			await rollouts.judge();
			await effects.pass();
			if (nowMs - sealedAtMs < SEAL_MS) return;
			sealedAtMs = nowMs;
			for (const followed of rollouts.followed()) await rollouts.seal(followed);
		});
		parts.onPass();
	}

	function schedule(delayMs: number): void {
		if (stopped) return;
		clearTimeout(timer);
		timer = setTimeout(() => {
			running = pass()
				.catch(parts.onError)
				.finally(() => schedule(rollouts.followed().some((followed) => followed.backlog > 0) ? 0 : PASS_MS));
		}, delayMs);
	}

	schedule(0);
	return {
		nudge: () => schedule(0),
		stop: async () => {
			stopped = true;
			clearTimeout(timer);
			await running;
		},
	};
}
