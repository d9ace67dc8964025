import { CRASH_GATE } from "./crash-judge.ts";
import { SPLIT_CHECK } from "./split-check.ts";

/** What is always judged of live traffic, unless an endpoint's `checks.off` names it; beside these it names checks of packages. */
export const TRAFFIC_CHECKS: readonly string[] = [CRASH_GATE, SPLIT_CHECK];
