import type { ControlClient } from "../remote/control-client.ts";
import type { RolloutView, ShownEvent } from "../remote/views.ts";
import type { Output } from "./output.ts";
import { describeEvent } from "./render-event.ts";
import { renderLive } from "./render-rollout.ts";

const LOOK_MS = 500;

export interface FollowOptions {
	readonly isDone?: (view: RolloutView) => boolean;
	/** Where there is no terminal to draw on: say how things stand this often. Never, when left out. */
	readonly reportEveryMs?: number;
}

/**
 * Shows a rollout as it happens, one line an event, with the weights and the evidence between them, until it is promoted, over or needs
 * a person.
 */
export async function followRollout(
	client: ControlClient,
	id: string,
	output: Output,
	options: FollowOptions = {},
): Promise<RolloutView> {
	const isDone = options.isDone ?? isSettled;
	const path = `/api/v1/rollouts/${encodeURIComponent(id)}`;
	const everyMs = options.reportEveryMs ?? Number.POSITIVE_INFINITY;
	let reportedAtMs = Date.now();
	let shown = 0;
	for (;;) {
		// The view first: every event that made it is then among the events.
		const view = await client.get<RolloutView>(path);
		const { events } = await client.get<{ events: readonly ShownEvent[] }>(`${path}/events`);
		for (const event of events.slice(shown)) {
			const text = describeEvent(event, output);
			if (text !== null) output.line(text);
			output.record({ type: "event", event });
		}
		shown = events.length;
		if (isDone(view)) return view;
		const live = renderLive(view, output);
		output.progress(live);
		if (!process.stderr.isTTY && Date.now() - reportedAtMs >= everyMs && view.status === "running") {
			reportedAtMs = Date.now();
			output.line(live);
		}
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
	}
}

/** Promoted, over, or waiting for a person. */
export function isSettled(view: RolloutView): boolean {
	return view.promoted
		? view.status !== "rolling-back"
		: ["rolled-back", "completed", "refused", "superseded", "asking"].includes(view.status);
}
