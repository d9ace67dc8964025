import { CRASH_OPTIONS, createCompareProcess } from "../statistics/index.ts";
import { ChampionStandIn } from "./champion-stand-in.ts";
import type { JudgeRules } from "./judge-rules.ts";
import type { BudgetShare, GateJudgement, Share } from "./judgement.ts";
import type { MergedWindow } from "./merged-window.ts";
import { WarmUpProof } from "./warm-up-proof.ts";

/** Name of the gate that is always on: a challenger failing 10pp more than the champion is removed within seconds. */
export const CRASH_GATE = "crash";

/** The crash gate, over the whole rollout; when the champion is gone, against its rate before. */
export class CrashJudge {
	readonly #process = createCompareProcess(CRASH_OPTIONS);
	readonly #standIn = new ChampionStandIn();
	readonly #proof = new WarmUpProof();
	readonly #rules: JudgeRules;
	#challenger: Share = { k: 0, n: 0 };
	#champion: Share = { k: 0, n: 0 };
	#seconds = 0;

	constructor(rules: JudgeRules) {
		this.#rules = rules;
	}

	/** Failed answers of the champion so far, warm-up left out as the rules say. */
	get champion(): Share {
		return this.#champion;
	}

	take({ classes }: MergedWindow, championGone: boolean): void {
		const pair = classes.crash;
		if (pair === undefined || (!pair.warm && !this.#rules.warmUpCounts)) return;
		const { challenger, champion } = pair;
		this.#challenger = plus(this.#challenger, challenger.failed, challenger.n);
		this.#champion = plus(this.#champion, champion.failed, champion.n);
		this.#seconds++;
		if (!championGone || champion.n > 0) this.#process.update(challenger.failed, challenger.n, champion.failed, champion.n);
		else {
			const k0 = this.#standIn.take(this.#champion, challenger.n) ?? 0;
			this.#process.update(challenger.failed, challenger.n, k0, challenger.n);
		}
		this.#proof.observe(this.logEFail(), pair.warm);
	}

	logEFail(): number {
		return this.#process.logE();
	}

	get mayFail(): boolean {
		return !this.#rules.warmUpCounts || this.#proof.isGiven;
	}

	/** It has no pass side: seen to be alive is enough. */
	judge(failing: boolean, share: BudgetShare | undefined): GateJudgement {
		const [challenger, champion] = [this.#challenger, this.#champion];
		const seen = challenger.n > 0;
		const why = failing ? "fails more than 10pp more often than the champion" : seen ? "no crash" : "nothing judged yet";
		const because = `${why}: challenger ${challenger.k} of ${challenger.n} failed, champion ${champion.k} of ${champion.n}`;
		const record = { seconds: this.#seconds, dispersion: this.#process.dispersion() };
		return {
			gate: CRASH_GATE,
			championAlsoOver: false,
			verdict: failing ? "fail" : seen ? "pass" : "unknown",
			because,
			logEFail: this.logEFail(),
			logEPass: 0,
			challenger,
			champion,
			...(this.#rules.keepsRecord ? record : {}),
			...share,
		};
	}
}

function plus(share: Share, k: number, n: number): Share {
	return { k: share.k + k, n: share.n + n };
}
