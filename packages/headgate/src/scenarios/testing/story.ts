import { setTimeout as sleep } from "node:timers/promises";
import type { JournalHead } from "@headgate/protocol";
import { type Fleet, type LoadCounts, type Outcome, outcomeOf } from "@headgate/testkit/fleet";
import { seededUniforms } from "@headgate/testkit/scenario";

/** Short holds; the warm-up of an arm (10 s without verdicts) is as it always is. */
const PLAN = [
	{ validate: null },
	{ canary: { weight: "50%", hold: "8s", gates: ["error_rate <= 1%"] } },
	{ canary: { weight: "60%", hold: "2s" } },
	{ promote: null },
	{ watch: { hold: "72h" } },
];
const REQUESTS_PER_SECOND = 200;

export interface Story {
	readonly fleet: Fleet;
	readonly promoted: string;
	readonly rolledBack: string;
	readonly counts: LoadCounts;
	readonly outcome: Outcome;
	readonly heads: readonly JournalHead[];
	/** What was killed, where. */
	readonly kills: readonly string[];
}

/**
 * 1.0.0 answers, 1.1.0 is promoted and 1.2.0 rolled back by itself, all under load. With a seed, control and gateways are killed
 * on the way: at events of the journal and a while after, never both gateways at once.
 */
export async function playStory(fleet: Fleet, seed: number | null): Promise<Story> {
	await fleet.push("1.0.0", "1.1.0", "1.2.0");
	await fleet.apply(PLAN);
	await fleet.happens(await fleet.deploy("1.0.0"), "Promoted");
	const killer = new Killer(fleet, seed);
	const load = fleet.load({ requestsPerSecond: REQUESTS_PER_SECOND });
	const promoted = await fleet.deploy("1.1.0");
	await killer.control(promoted, "WarmingBegun");
	await killer.control(promoted, "StageEntered");
	await killer.gateway("g1");
	await killer.control(promoted, "GateJudged");
	await killer.gateway("g2");
	await fleet.happens(promoted, "Promoted");
	await killer.control(promoted, "Promoted", "hangs");
	const rolledBack = await fleet.deploy("1.2.0");
	await killer.control(rolledBack, "StageEntered");
	await killer.control(rolledBack, "RollbackBegun");
	await killer.gateway("g1", 0);
	await killer.control(rolledBack, "RolledBack");
	await fleet.happens(rolledBack, "RollbackConfirmed");
	const counts = await load.stop();
	const events = await fleet.journal();
	const { heads, kills } = killer;
	return { fleet, promoted, rolledBack, counts, outcome: outcomeOf(events, fleet.notices()), heads, kills };
}

/** Kills as a seed says, and notes the journal's head before each: what was acknowledged then must be there at the end. */
class Killer {
	readonly heads: JournalHead[] = [];
	readonly kills: string[] = [];
	readonly #fleet: Fleet;
	readonly #uniform: (() => number) | null;

	constructor(fleet: Fleet, seed: number | null) {
		this.#fleet = fleet;
		this.#uniform = seed === null ? null : seededUniforms(seed);
	}

	/** Kills control up to 300 ms after the event is in the journal, or makes it hang, and waits until the next one answers. */
	async control(rollout: string, after: string, how: "dies" | "hangs" = "dies"): Promise<void> {
		if (this.#uniform === null) return;
		await this.#fleet.happens(rollout, after);
		await sleep(Math.round(this.#uniform() * 300));
		await this.#note(`control ${how} after ${rollout} ${after}`);
		if (how === "hangs") this.#fleet.pauseControl();
		else this.#fleet.killControl();
		await this.#fleet.answers();
	}

	/** Kills a gateway and waits until it serves again, so that the other one always lives. */
	async gateway(id: string, afterMs = 1_000): Promise<void> {
		if (this.#uniform === null) return;
		await sleep(Math.round(this.#uniform() * afterMs));
		await this.#note(id);
		this.#fleet.killGateway(id);
		await sleep(200);
		await this.#fleet.whole();
	}

	async #note(what: string): Promise<void> {
		const head = await this.#fleet.head();
		this.heads.push(head);
		this.kills.push(`${what} at seq ${head.seq}`);
	}
}
