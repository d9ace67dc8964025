import { setTimeout as sleep } from "node:timers/promises";
import type { Installation } from "../shared/installation.ts";
import { until } from "../shared/processes.ts";
import type { RunningLoad } from "./start-load.ts";

export const ENDPOINT = "credit-risk";
const TRAFFIC_MS = 2_000;

/** One rollback, seen three times: by the command, by control's journal, and by the clients. */
export interface Repetition {
	/** From the command's request to its answer, which comes when every gateway has switched. */
	readonly commandMs: number;
	/** From the decision in the journal to the last gateway's acknowledgement. */
	readonly restoredMs: number;
	readonly gateways: readonly { readonly gateway: string; readonly ms: number }[];
	/** Gateways that never acknowledged, and whose lease ran out instead. */
	readonly leaseExpired: readonly string[];
	/** From the decision to the last request that the version on trial still answered; negative when none came after it. */
	readonly lastChallengerMs: number;
}

interface Rollout {
	readonly id: string;
	readonly status: string;
	readonly weightPercent: number;
	readonly rollback: null | {
		readonly applied: null | Pick<Repetition, "restoredMs" | "gateways" | "leaseExpired">;
	};
}

/** Deploys the challenger to half of the traffic, lets it answer for a while, and takes it back with the command. */
export async function rollBackOnce(
	installation: Installation,
	load: RunningLoad,
	options: { readonly version: string; readonly planFile: string },
): Promise<Repetition> {
	const { version, planFile } = options;
	const accept = ["--accept-quarantined", "measured again"];
	const { id } = await installation.command<Rollout>("deploy", ENDPOINT, version, "--plan", planFile, ...accept);
	const show = (): Promise<Rollout> => installation.get<Rollout>(`/api/v1/rollouts/${id}`);
	await until(`${id} has half of the traffic`, async () => atHalf(await show()), 60_000);
	await load.report();
	await sleep(TRAFFIC_MS);
	const before = await load.report();
	if (before.challengerAtMs.length === 0) throw new Error(`${id}: the version on trial answered nothing`);

	const answer = await installation.command<Rollout & { readonly tookMs: number }>("rollback", ENDPOINT, "--reason", "measured");
	await until(`${id} is over`, async () => (await show()).status === "rolled-back", 60_000);
	const applied = (await show()).rollback?.applied;
	if (applied == null) throw new Error(`${id}: the gateways' acknowledgements are not in the journal`);
	const begunMs = await begunAt(installation, id);
	const after = await load.report();
	const { restoredMs, gateways, leaseExpired } = applied;
	const lastChallengerMs = Math.max(...before.challengerAtMs, ...after.challengerAtMs) - begunMs;
	return { commandMs: answer.tookMs, restoredMs, gateways, leaseExpired, lastChallengerMs };
}

/** Throws when the rollout ended by itself: then there is nothing to take back. */
function atHalf({ id, status, weightPercent }: Rollout): boolean {
	if (["refused", "rolled-back", "completed", "asking"].includes(status)) throw new Error(`${id} is ${status}`);
	return status === "running" && weightPercent === 50;
}

/** When the decision was written, on the wall clock that control shares with the clients of this machine. */
async function begunAt(installation: Installation, id: string): Promise<number> {
	const { events } = await installation.get<{ events: readonly { type: string; at: string | number }[] }>(
		`/api/v1/rollouts/${id}/events`,
	);
	const begun = events.find((event) => event.type === "RollbackBegun");
	if (begun === undefined) throw new Error(`${id}: no RollbackBegun in the journal`);
	return new Date(begun.at).getTime();
}
