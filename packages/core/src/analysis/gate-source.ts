import type { GateJudgement, Share } from "./judgement.ts";
import type { ChampionLatencies } from "./watched-latencies.ts";

/** Where a gate's evidence comes from, summed since the rollout began. */
export interface GateSource {
	/** ln E of the fail side; `literal` leaves the attribution to the challenger out of an absolute gate. */
	logEFail(literal: boolean): number;
	logEPass(): number;
	/** phi by which the fail side's evidence is divided; 1 where nothing is tempered. */
	dispersion(): number;
	readonly challenger: Share;
	readonly champion: Share;
	/** Judged seconds that brought evidence. */
	readonly seconds: number;
	/** Of a gate on means: how much larger the challenger's is, relative, with its interval; null before enough is known. */
	readonly lift?: GateJudgement["lift"];
	/** The sentence under a verdict: why, and what had been counted, so that anyone can check it. Written when it is asked for. */
	because(why: string, championUs: ChampionLatencies): () => string;
}
