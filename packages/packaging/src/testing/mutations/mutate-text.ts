import type { Random } from "./random.ts";

/** Puts words of a language in, takes parts out, doubles and swaps them: what stays is often nearly well-formed. */
export function mutateText(text: string, tokens: readonly string[], random: Random): string {
	let changed = text;
	for (let count = 1 + random.below(4); count > 0; count--) {
		const at = random.below(changed.length + 1);
		const length = random.below(Math.min(12, changed.length - at) + 1);
		const [before, part, after] = [changed.slice(0, at), changed.slice(at, at + length), changed.slice(at + length)];
		switch (random.below(5)) {
			case 0:
				changed = before + after;
				break;
			case 1:
				changed = before + part + part + after;
				break;
			case 2:
				changed = before + random.pick(tokens).repeat(1 + random.below(3)) + after;
				break;
			default:
				changed = before + random.pick(tokens) + part + after;
		}
	}
	return changed;
}
