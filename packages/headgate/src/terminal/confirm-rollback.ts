import type { ControlClient } from "../remote/control-client.ts";
import type { EndpointView, RolloutView } from "../remote/views.ts";
import type { Output } from "./output.ts";
import { renderConfirmed } from "./render-rollout.ts";

const LOOK_MS = 500;
const WAIT_MS = 30_000;
/** What the restored version answers is reported within a few seconds; before that, nothing seen says nothing. */
const SILENCE_MS = 6_000;

/**
 * Waits until live traffic has shown whether errors and latency are back, and says so. Without traffic there is nothing to confirm
 * from; after a few seconds without any it says that instead of waiting on.
 */
export async function confirmRollback(client: ControlClient, view: RolloutView, output: Output): Promise<RolloutView> {
	const startedAtMs = Date.now();
	let trafficAtMs = startedAtMs;
	let now = view;
	while (now.rollback?.confirmed == null && Date.now() - startedAtMs < WAIT_MS) {
		if (await hasTraffic(client, view.endpoint)) trafficAtMs = Date.now();
		if (Date.now() - trafficAtMs >= SILENCE_MS) {
			const { challengerFailed, challengerRequests } = now.impact;
			output.line(`  ${challengerFailed} of the ${challengerRequests} answers of ${view.challenger} were bad`);
			output.line("  not confirmed: there is no traffic to confirm it from");
			return now;
		}
		output.progress("  confirming from live traffic ...");
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		now = await client.get<RolloutView>(`/api/v1/rollouts/${encodeURIComponent(view.id)}`);
	}
	const confirmed = now.rollback?.confirmed ?? null;
	output.line(
		confirmed === null
			? `  not confirmed within ${WAIT_MS / 1_000} s; look again with \`headgate status\``
			: `  ${renderConfirmed(confirmed)}`,
	);
	return now;
}

async function hasTraffic(client: ControlClient, endpoint: string): Promise<boolean> {
	const { endpoints } = await client.get<{ endpoints: readonly EndpointView[] }>("/api/v1/endpoints");
	return endpoints.some(({ name, arms }) => name === endpoint && arms.some((arm) => arm.requestsPerSecond > 0));
}
