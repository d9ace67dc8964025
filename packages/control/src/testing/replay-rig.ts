import type { Evidence, Placed } from "@headgate/core/analysis";
import { Replay, type ReplayReport } from "@headgate/core/rollout";
import { toRecorded } from "../rollouts/rollout-store.ts";
import type { ControlRig } from "./control-rig.ts";

/** What an auditor finds who judges a rollout's evidence again, from journal and evidence alone. */
export async function replayOf(rig: ControlRig, id: string): Promise<ReplayReport> {
	const recorded = [];
	for await (const event of rig.keeper.journal.readStream(`rollout/${id}`)) recorded.push(toRecorded(event));
	const { endpoint } = rig.state(id);
	let to = 0;
	for await (const event of rig.keeper.journal.readStream(`evidence/${endpoint}`)) {
		if (event.cause === id) to = Math.max(to, (event.data as { to: number }).to);
	}
	const replay = new Replay(recorded);
	for await (const record of rig.evidence.read(endpoint, recorded[0]!.event.after + 1)) {
		if (record.position <= to) replay.take(record as unknown as Placed<Evidence>);
	}
	return replay.finish();
}
