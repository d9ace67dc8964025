import type { ArmCounts, ArmRole, SecondClosed, Window } from "@headgate/core/analysis";
import { type Arm, keyOf } from "@headgate/core/rollout";
import { arm } from "./builders.ts";

export interface CountsOf {
	readonly n: number;
	readonly failed?: number;
	/** Above each watch threshold. */
	readonly over?: readonly number[];
	readonly latency?: ArmCounts["latency"];
}

export interface WindowOf {
	readonly gateway?: string;
	readonly boot?: string;
	/** Default: the second, so that a gateway's windows are in sequence. */
	readonly sequence?: number;
	readonly second: number;
	readonly revision?: number;
	readonly thresholds?: string;
	/** null: the arm is not ready on this gateway. Versions: champion 1.0.0, challenger 1.1.0. */
	readonly champion?: CountsOf | null;
	readonly challenger?: CountsOf | null;
}

/** One window of one gateway. Failures are counted as `output`: an answer that the output check refused. */
export function window(of: WindowOf): Window {
	const { gateway = "g1", boot = "b1", second, sequence = second, revision = 1, thresholds = "credit-risk-1/0" } = of;
	const arms: Record<string, ArmCounts> = {};
	if (of.champion !== null) arms[keyOf(arm("1.0.0"))] = armCounts("champion", of.champion ?? { n: 0 });
	if (of.challenger !== null) arms[keyOf(arm("1.1.0"))] = armCounts("challenger", of.challenger ?? { n: 0 });
	return windowWith({ gateway, boot, sequence, second, table: { epoch: 1, revision }, thresholds, arms });
}

export function windowWith(
	part: Pick<Window, "gateway" | "boot" | "sequence" | "second" | "table" | "thresholds" | "arms">,
): Window {
	const excluded = { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 };
	return { v: 1, endpoint: "credit-risk", excluded, dropped: 0, ...part };
}

export function armCounts(role: ArmRole, { n, failed = 0, over = [], latency = [] }: CountsOf): ArmCounts {
	return { role, n, failed: { runtime: 0, timeout: 0, output: failed, reset: 0 }, over, latency };
}

/** The end of a second, with both versions ready everywhere unless told otherwise. */
export function closed(second: number, ready: readonly Arm[] = [arm("1.0.0"), arm("1.1.0")]): SecondClosed {
	return { kind: "close", second, missing: [], readyArms: ready.map(keyOf), behind: false };
}
