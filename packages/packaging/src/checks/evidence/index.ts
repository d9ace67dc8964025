/** Whether the evidence for a version is complete and fits it: evaluation, data, training, resources, changes, people, a first load. */
import type { Check } from "../check.ts";

export const EVIDENCE_CHECKS: readonly Check[] = [];
