import { renderDuration } from "@headgate/core/kernel";
import type { Output } from "./output.ts";

/** Shorter work shows nothing: what flickers by tells nobody anything. */
const SILENT_MS = 500;
const TURN_MS = 120;
const FRAMES = ["-", "\\", "|", "/"];

/** Shows on a terminal that something goes on, and for how long, until it is stopped. */
export function startSpinner(output: Output, what: () => string): { stop(): void } {
	const startedMs = performance.now();
	let turn = 0;
	const timer = setInterval(() => {
		const ms = performance.now() - startedMs;
		if (ms >= SILENT_MS) output.progress(`${FRAMES[turn++ % FRAMES.length]} ${what()}  ${renderDuration(ms)}`);
	}, TURN_MS);
	return { stop: () => clearInterval(timer) };
}
