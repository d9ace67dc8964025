import type { Evidence, Window } from "@headgate/core/analysis";
import type { WindowsMessage, WindowsReply } from "@headgate/protocol";
import type { ControlContext } from "../api/context.ts";

/**
 * Windows of a gateway, oldest first: on disk when a rollout follows their endpoint, then acknowledged. What is not acknowledged is
 * sent again, so a crash here loses nothing; what arrives twice is judged once (EvidenceMerger).
 */
export async function receiveWindows(context: ControlContext, message: WindowsMessage): Promise<WindowsReply["acknowledged"]> {
	const byEndpoint = new Map<string, Evidence[]>();
	const acknowledged: Record<string, number> = {};
	for (const window of message.windows as readonly Window[]) {
		const records = byEndpoint.get(window.endpoint) ?? [];
		records.push({ kind: "window", window });
		byEndpoint.set(window.endpoint, records);
		acknowledged[window.boot] = Math.max(acknowledged[window.boot] ?? 0, window.sequence);
		context.traffic.add(window);
	}
	await context.keeper.exclusively(async () => {
		for (const [endpoint, records] of byEndpoint) await context.rollouts.take(endpoint, records);
	});
	return acknowledged;
}
