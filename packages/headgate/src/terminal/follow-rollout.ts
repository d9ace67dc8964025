import type { ControlClient } from "../remote/control-client.ts";
import type { RolloutView } from "../remote/views.ts";
import type { Output } from "./output.ts";
import { describeEvent } from "./render-event.ts";

const LOOK_MS = 500;

/**
 * Shows a rollout as it happens, one line an event, until it is promoted, over or needs a person. It asks again after a control
 * process was away, and carries on after the last event it has shown.
 */
export async function followRollout(client: ControlClient, id: string, output: Output, isDone = isSettled): Promise<RolloutView> {
	let shown = 0;
	for (;;) {
		const { events } = await client.get<{ events: readonly ShownEvent[] }>(`/api/v1/rollouts/${encodeURIComponent(id)}/events`);
		for (const event of events.slice(shown)) {
			const text = describeEvent(event, output);
			if (text !== null) output.line(text);
			output.record({ type: "event", event });
		}
		shown = events.length;
		const view = await client.get<RolloutView>(`/api/v1/rollouts/${encodeURIComponent(id)}`);
		if (isDone(view)) {
			const { events: all } = await client.get<{ events: readonly ShownEvent[] }>(`/api/v1/rollouts/${encodeURIComponent(id)}/events`);
			if (all.length === shown) return view;
			continue;
		}
		output.progress(`${view.challenger} at ${view.weightPercent} %  ${view.gates.map((gate) => `${gate.gate}: ${gate.verdict}`).join("  ")}`);
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
	}
}

/** Promoted, over, or waiting for a person. */
export function isSettled(view: RolloutView): boolean {
	return view.promoted ? view.status !== "rolling-back" : ["rolled-back", "completed", "refused", "superseded", "asking"].includes(view.status);
}

export interface ShownEvent {
	readonly seq: number;
	readonly at: number;
	readonly type: string;
	readonly data: { readonly after: number; readonly data: Readonly<Record<string, unknown>> };
}
