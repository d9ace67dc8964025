import type { Notice } from "@headgate/core/rollout";
import type { Notifier } from "./notifier.ts";

/** Notices in memory: an id that is there already is not taken again, as the port asks. */
export class FakeNotifier implements Notifier {
	readonly notices: Notice[] = [];
	/** How often `send` was called. */
	calls = 0;
	fault: Error | null = null;

	async send(notice: Notice): Promise<void> {
		this.calls++;
		if (this.fault !== null) throw this.fault;
		if (!this.notices.some(({ id }) => id === notice.id)) this.notices.push(notice);
	}
}
