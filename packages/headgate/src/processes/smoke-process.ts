import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { compileOutputCheck, compileValidator } from "@headgate/gateway";
import { HeadgateError } from "@headgate/protocol";
import { goldenInference, type LoadedModel, loadModel, type RuntimeManifest } from "@headgate/runtime";

/** What is to be loaded. */
export interface SmokeOrder {
	readonly packageDir: string;
	readonly manifest: RuntimeManifest;
	/** Said again with every answer. */
	readonly order: string;
}

/** What the process says on its way: each one a line of JSON on its third pipe, with the order. */
export type SmokeMessage =
	| { readonly type: "started"; readonly rssBytes: number }
	| { readonly type: "loaded"; readonly ms: number; readonly examples: number }
	| { readonly type: "answered"; readonly latencyMs: Readonly<Record<string, number>> | null }
	| { readonly type: "refused"; readonly code: string; readonly message: string; readonly hint: string };

const MEASURE = { runs: 200, ms: 300 };
const PERCENTILES = [50, 95, 99];

const said = createWriteStream("", { fd: 3 });
said.on("error", () => process.exit(0));

/**
 * A first load of a package, as a gateway does it: in a thread, warmed up, its examples compared. Whatever the package's code does to
 * this process, the one that started it lives on. It waits until its memory has been read and it
 * is ended.
 */
const lines = createInterface({ input: process.stdin });
lines.once("line", (line) => {
	const order = JSON.parse(line) as SmokeOrder;
	const tell = teller(order.order);
	smoke(order, tell).catch((error: unknown) => {
		const fault = error instanceof HeadgateError ? error : new HeadgateError("runtime.load-failed", String(error));
		tell({ type: "refused", code: fault.code, message: fault.message.slice(0, 1_000), hint: fault.hint });
	});
});
// Nobody is left to hear what it finds.
lines.once("close", () => process.exit(0));
teller(null)({ type: "started", rssBytes: process.memoryUsage.rss() });

async function smoke({ packageDir, manifest }: SmokeOrder, tell: (message: SmokeMessage) => void): Promise<void> {
	const startedMs = performance.now();
	const model = await loadModel({ packageDir, manifest, placement: "worker" });
	tell({ type: "loaded", ms: performance.now() - startedMs, examples: model.examples.length });
	// A schema that does not compile would keep the gateway from serving.
	compileValidator(model.inputSchema, manifest.schema.input);
	const check = compileOutputCheck(compileValidator(model.outputSchema, manifest.schema.output), {});
	const durationsMs: number[] = [];
	const run: LoadedModel["run"] = async (instances) => {
		const fromMs = performance.now();
		const answers = await model.run(instances);
		durationsMs.push(performance.now() - fromMs);
		const problem = check(answers);
		if (problem !== null) throw new HeadgateError("smoke.output", `an answer to example ${durationsMs.length - 1}: ${problem}`);
		return answers;
	};
	await goldenInference({ run }, model.examples);
	tell({ type: "answered", latencyMs: await measure(model) });
}

/** Single requests one after the other, the examples in turn. */
async function measure(model: LoadedModel): Promise<Record<string, number> | null> {
	if (model.examples.length === 0) return null;
	const durationsMs: number[] = [];
	const endMs = performance.now() + MEASURE.ms;
	do {
		const fromMs = performance.now();
		await model.run([model.examples[durationsMs.length % model.examples.length]!.input]);
		durationsMs.push(performance.now() - fromMs);
	} while (durationsMs.length < MEASURE.runs && performance.now() < endMs);
	durationsMs.sort((a, b) => a - b);
	const at = (percentile: number) =>
		durationsMs[Math.min(durationsMs.length - 1, Math.floor((durationsMs.length * percentile) / 100))]!;
	return Object.fromEntries(PERCENTILES.map((percentile) => [String(percentile), at(percentile)]));
}

function teller(order: string | null): (message: SmokeMessage) => void {
	return (message) => void said.write(`${JSON.stringify({ ...message, order })}\n`);
}
