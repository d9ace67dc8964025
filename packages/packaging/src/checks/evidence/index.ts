/** Whether the evidence for a version is complete and fits it: evaluation, data, training, resources, changes, people, a first load. */
import type { Check } from "../check.ts";
import { h11SmokeLoad } from "./h11-smoke-load.ts";

export const EVIDENCE_CHECKS: readonly Check[] = [h11SmokeLoad];
