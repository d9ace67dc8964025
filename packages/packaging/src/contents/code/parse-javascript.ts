import { parserOutput } from "./run-parser.ts";

/** Why JavaScript does not parse. */
export interface JavaScriptProblem {
	readonly problem: string;
	/** From 1; 0 where it is not known. */
	readonly line: number;
}

/** Asks Node whether a file parses, as the module kind its name says; null when it does. Nothing of it runs. Undefined: could not be asked. */
export async function parseJavaScript(
	path: string,
	source: Uint8Array,
	signal?: AbortSignal,
): Promise<JavaScriptProblem | null | undefined> {
	const kind = /\.mjs$/i.test(path) ? "module" : "commonjs";
	const first = await check(source, kind, signal);
	// A .js file is either: Node itself tries the one and then the other.
	if (first === null || first === undefined || !/\.jsx?$/i.test(path)) return first;
	const second = await check(source, "module", signal);
	return second === null ? null : (second ?? first);
}

async function check(source: Uint8Array, kind: string, signal?: AbortSignal): Promise<JavaScriptProblem | null | undefined> {
	const run = await parserOutput(process.execPath, [`--input-type=${kind}`, "--check", "-"], source, signal);
	if (run === undefined) return undefined;
	if (run.code === 0) return null;
	const line = Number(/^(?:file:\/\/\/[^\n]*|\[stdin\]|[^\n:]{0,200}):(\d+)$/m.exec(run.errors)?.[1] ?? 0);
	return { problem: /^\w*Error: (.*)$/m.exec(run.errors)?.[1] ?? "Node gave up reading it", line };
}
