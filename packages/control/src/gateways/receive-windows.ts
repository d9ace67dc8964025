import type { Evidence, Window } from "@headgate/core/analysis";
import { HeadgateError, type WindowsMessage, type WindowsReply } from "@headgate/protocol";
import type { ControlContext } from "../api/context.ts";

/** A second that lies further ahead cannot have been: were it closed, all seconds up to it would count as late. */
const AHEAD_MS = 2_000;

/**
 * Windows of a gateway, oldest first: on disk when a rollout follows their endpoint, then acknowledged. What is not acknowledged is
 * sent again, so a crash here loses nothing; what arrives twice is judged once (EvidenceMerger). Windows of a gateway whose clock
 * cannot be trusted are acknowledged and not judged; `status` says so. Throws `bus.message-invalid` for windows of another gateway: one
 * high sequence in its name would make all its own windows duplicates.
 */
export async function receiveWindows(context: ControlContext, message: WindowsMessage): Promise<WindowsReply["acknowledged"]> {
	const { fleet, keeper, rollouts, traffic, clock } = context;
	const foreign = message.windows.find((window) => window.gateway !== message.gateway);
	if (foreign !== undefined) {
		const what = `${message.gateway} sent a window of ${foreign.gateway}`;
		throw new HeadgateError("bus.message-invalid", `${what}; a gateway reports its own only`, { path: "windows" });
	}
	const isExcluded = fleet.excluded().includes(message.gateway);
	const byEndpoint = new Map<string, Evidence[]>();
	const acknowledged: Record<string, number> = {};
	const windows = message.windows as readonly Window[];
	for (const window of windows) {
		acknowledged[window.boot] = Math.max(acknowledged[window.boot] ?? 0, window.sequence);
		if (isExcluded || window.second * 1_000 > clock() + AHEAD_MS) continue;
		const records = byEndpoint.get(window.endpoint) ?? [];
		records.push({ kind: "window", window });
		byEndpoint.set(window.endpoint, records);
	}
	await keeper.exclusively(async () => {
		for (const [endpoint, records] of byEndpoint) await rollouts.take(endpoint, records);
	});
	for (const window of windows) traffic.add(window);
	return acknowledged;
}
