import type { Gate } from "../plan/index.ts";
import type { GateClass } from "../statistics/index.ts";

/** Which part of the error budget a gate draws on. */
export function classOf({ metric }: Gate): GateClass {
	return metric.name === "error_rate" ? "errors" : metric.name === "latency" ? "latency" : "business";
}
