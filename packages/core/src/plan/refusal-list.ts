import { nearestWord } from "../kernel/nearest.ts";
import { accept, type Refusal, type Result, refuse } from "../kernel/refusal.ts";
import { clip } from "./gate-sentence.ts";
import type { PlanRefusalCode } from "./plan-refusals.ts";

/** Which family of codes a file's mistakes belong to. */
export type ConfigArea = "plan" | "endpoint";
type SharedCode = "invalid-value" | "unknown-key" | "missing-key" | "out-of-range";

/** Collects what is wrong while a file is read, so that reading goes on in a straight line; the first mistake is the one reported. */
export class RefusalList {
	readonly #area: ConfigArea;
	#first: Refusal | undefined;

	constructor(area: ConfigArea) {
		this.#area = area;
	}

	/** Notes a mistake; `message` names it and the path is added to it. Answers undefined, to be returned by readers. */
	add(code: PlanRefusalCode, message: string, hint: string, path: string): undefined {
		this.#first ??= refuse(code, `${clip(message)} (${clip(path)})`, hint, clip(path)).refusal;
		return undefined;
	}

	addShared(code: SharedCode, message: string, hint: string, path: string): undefined {
		return this.add(`${this.#area}.${code}`, message, hint, path);
	}

	/** Takes another reader's answer over. */
	take<T>(result: Result<T>): T | undefined {
		if (result.ok) return result.value;
		this.#first ??= result.refusal;
		return undefined;
	}

	/** Refuses every key that is not known and names the nearest one that is. */
	checkKeys(map: Readonly<Record<string, unknown>>, known: readonly string[], path: string): void {
		for (const key of Object.keys(map)) {
			if (known.includes(key)) continue;
			const nearest = nearestWord(key, known);
			const hint = nearest === undefined ? `known keys: ${known.join(", ") || "none"}` : `did you mean ${nearest}?`;
			this.addShared("unknown-key", `key "${clip(key)}" is not known`, hint, path === "" ? key : `${path}.${key}`);
		}
	}

	conclude<T>(value: T): Result<T> {
		return this.#first === undefined ? accept(value) : { ok: false, refusal: this.#first };
	}
}
