/** How peers decide, as rules over the simulator's traffic: simplified models of them, each with its source. For comparison only. */
import type { Random, SimulatedRule } from "@headgate/core/simulation";
import { argoRollouts } from "./argo-rollouts.ts";
import { fixedThreshold } from "./fixed-threshold.ts";
import { flagger } from "./flagger.ts";
import { kayenta } from "./kayenta/index.ts";

export const PEER_RULES: Readonly<Record<string, { readonly seconds: number; create(random: Random): SimulatedRule }>> = {
	"fixed threshold": { seconds: 300, create: fixedThreshold },
	Flagger: { seconds: 600, create: flagger },
	"Argo Rollouts": { seconds: 300, create: argoRollouts },
	Kayenta: { seconds: 300, create: kayenta },
};
