import type { OnnxEngine } from "./engine.ts";

const RUNS = 200;
const BUDGET_MS = 300;

/**
 * Runs the examples in turn, up to 200 runs or 300 ms, and returns the 99th percentile in milliseconds (the largest under 100
 * runs); null without examples. A failing example ends it: golden inference tells why.
 */
export async function warmUp(engine: Pick<OnnxEngine, "run">, inputs: readonly unknown[]): Promise<number | null> {
	if (inputs.length === 0) return null;
	const durations: number[] = [];
	const end = performance.now() + BUDGET_MS;
	for (let i = 0; i < RUNS && performance.now() < end; i++) {
		const from = performance.now();
		try {
			await engine.run([inputs[i % inputs.length]]);
		} catch {
			return null;
		}
		durations.push(performance.now() - from);
	}
	// The first runs allocate and compile: they say nothing of the steady state.
	const steady = durations.slice(Math.min(20, durations.length - 1)).sort((a, b) => a - b);
	return steady[Math.min(steady.length - 1, Math.floor(steady.length * 0.99))]!;
}
