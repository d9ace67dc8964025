import type { Notice } from "@headgate/core/rollout";

/** Tells people. Sending the same id twice must reach them once: an effect may be performed again after a crash. */
export interface Notifier {
	send(notice: Notice): Promise<void>;
}
