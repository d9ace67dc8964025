/** Whether the evidence for a version is complete and fits it: evaluation, data, training, resources, changes, people, a first load. */
import type { Check } from "../check.ts";
import { h04Evaluation } from "./h04-evaluation.ts";
import { h05Datasets } from "./h05-datasets.ts";
import { h06Training } from "./h06-training.ts";
import { h07Resources } from "./h07-resources.ts";
import { h08VersionAndChanges } from "./h08-version-and-changes.ts";
import { h09OwnerAndDecisions } from "./h09-owner-and-decisions.ts";
import { h11SmokeLoad } from "./h11-smoke-load.ts";

export const EVIDENCE_CHECKS: readonly Check[] = [
	h04Evaluation,
	h05Datasets,
	h06Training,
	h07Resources,
	h08VersionAndChanges,
	h09OwnerAndDecisions,
	h11SmokeLoad,
];
