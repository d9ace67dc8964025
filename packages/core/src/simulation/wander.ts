import type { Random } from "./random.ts";

/** A first-order autoregression around 0 with this standard deviation, forgetting with this time constant; a step a call. */
export function wander(random: Random, sd: number, seconds: number): () => number {
	const keep = Math.exp(-1 / seconds);
	let value = sd * random.normal();
	return () => {
		value = keep * value + Math.sqrt(1 - keep ** 2) * sd * random.normal();
		return value;
	};
}
