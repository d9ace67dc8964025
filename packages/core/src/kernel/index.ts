/** The words every other folder speaks: verdicts, refusals, durations. Nothing here knows of models, plans or gateways. */
export { parseDurationMs, renderDuration } from "./duration.ts";
export { nearestWord } from "./nearest.ts";
export { accept, type Refusal, type Result, refuse } from "./refusal.ts";
export { VERDICTS, type Verdict, type VerdictRow, worstOf } from "./verdict.ts";
