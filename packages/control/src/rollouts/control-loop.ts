import type { Clock } from "../clock/clock.ts";
import type { Fleet } from "../gateways/fleet.ts";
import type { StateKeeper } from "../installation/state-keeper.ts";
import { attemptEach } from "./attempt-each.ts";
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
	/** After each pass, failed or not: the loop is alive. */
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
	let busy = false;
	let nudged = false;

	async function pass(): Promise<void> {
		const nowMs = clock();
		if (nowMs - heartbeatAtMs >= HEARTBEAT_MS) {
			heartbeatAtMs = nowMs;
			fleet.heartbeat();
		}
		const isSealDue = nowMs - sealedAtMs >= SEAL_MS;
		const seal = () => attemptEach(rollouts.followed(), (followed) => rollouts.seal(followed));
		const work = [() => rollouts.judge(), () => effects.pass(), ...(isSealDue ? [seal] : [])];
		await keeper.exclusively(() => attemptEach(work, (step) => step()));
		if (isSealDue) sealedAtMs = nowMs;
	}

	/** After a fault the next pass waits its turn, whatever there is to judge: a full disk is no reason to spin. */
	async function turn(): Promise<void> {
		let delayMs = PASS_MS;
		busy = true;
		nudged = false;
		try {
			await pass();
			if (rollouts.followed().some((followed) => rollouts.backlogOf(followed) > 0)) delayMs = 0;
		} catch (fault) {
			parts.onError(fault);
		}
		busy = false;
		parts.onPass();
		schedule(nudged ? 0 : delayMs);
	}

	function schedule(delayMs: number): void {
		if (stopped) return;
		clearTimeout(timer);
		timer = setTimeout(() => {
			running = turn();
		}, delayMs);
	}

	schedule(0);
	return {
		// During a pass it asks for another one after it: passes never run side by side.
		nudge: () => {
			nudged = true;
			if (!busy) schedule(0);
		},
		stop: async () => {
			stopped = true;
			clearTimeout(timer);
			await running;
		},
	};
}
