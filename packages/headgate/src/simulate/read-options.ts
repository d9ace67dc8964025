import { nearestWord, parseDurationMs } from "@headgate/core/kernel";
import { HeadgateError } from "@headgate/protocol";

/** A whole number from 1 to `most`. Throws `simulate.option` with the option as path. */
export function count(text: string, option: string, most: number): number {
	const value = Number(text);
	if (text.trim() !== "" && Number.isInteger(value) && value >= 1 && value <= most) return value;
	const message = `"${text}" is no whole number from 1 to ${most.toLocaleString("en")}`;
	throw new HeadgateError("simulate.option", message, { path: option });
}

/** A duration in whole seconds, at least `least`. Throws `simulate.option` with the option as path. */
export function seconds(text: string, option: string, least = 0): number {
	const ms = parseDurationMs(text);
	if (ms === undefined)
		throw new HeadgateError("simulate.option", `"${text}" is no duration such as 90s or 4h`, { path: option });
	const rounded = Math.round(ms / 1_000);
	if (rounded >= least) return rounded;
	throw new HeadgateError("simulate.option", `"${text}" is too short, at least ${least}s are simulated`, { path: option });
}

/** One of some words. Throws `simulate.option` with the nearest. */
export function word<T extends string>(text: string, option: string, what: string, words: readonly T[]): T {
	const found = words.find((name) => name === text);
	if (found !== undefined) return found;
	const nearest = nearestWord(text, words);
	const hint = nearest === undefined ? `There are ${words.join(", ")}.` : `Did you mean ${nearest}?`;
	throw new HeadgateError("simulate.option", `there is no ${what} "${text}"`, { hint, path: option });
}

export function list(text: string, separator = ","): string[] {
	return text
		.split(separator)
		.map((part) => part.trim())
		.filter((part) => part !== "");
}
