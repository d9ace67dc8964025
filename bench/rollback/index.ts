/**
 * `headgate rollback` in a real installation of four gateways under steady load: how long until the last of them has switched, and
 * whether any caller noticed. It times the product from outside and starts it as its users do.
 */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";
import { type Installation, startInstallation } from "../shared/installation.ts";
import { median, threeDigits } from "../shared/numbers.ts";
import { until } from "../shared/processes.ts";
import { renderTable } from "../shared/table.ts";
import type { LoadReport } from "./load-process.ts";
import { ENDPOINT, type Repetition, rollBackOnce } from "./repetition.ts";
import { startLoad } from "./start-load.ts";

const GATEWAYS = 4;
const CHAMPION = "1.0.0";
const CHALLENGER = "1.1.0";
const FIRST_MS = 1_000;
const GOAL_MS = 100;
const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "credit-risk");

const ENDPOINT_YAML = `endpoint: ${ENDPOINT}
model: credit-risk
owner: { team: bench, contact: bench@example.com }
timeout: 5s
output_limits: { score: [0, 1] }
sticky: [ header:x-user-id ]
`;
/** Half of the traffic for as long as it takes; only a version that fails outright would leave by itself. */
const PLAN_YAML = `plan:
  - canary: { weight: 50%, hold: 1h, gates: [ "error_rate <= 50%" ] }
  - promote:
`;

export const rollbackBench: Bench = {
	name: "rollback",
	about: `command to the last of ${GATEWAYS} gateways switched, under load`,
	options: {
		repetitions: { about: "rollbacks", fallback: 10, min: 1, max: 1000 },
		rate: { about: "requests/s", fallback: 1_000, min: 1, max: 100_000 },
	},
	run,
};

async function run(context: BenchContext): Promise<BenchResult> {
	const { repetitions, rate } = context.options as { repetitions: number; rate: number };
	const installation = await startInstallation(context, { gateways: GATEWAYS });
	const planFile = await prepare(context, installation);
	context.line(
		`  headgate up with ${GATEWAYS} gateways; credit-risk ${CHAMPION}, and ${CHALLENGER} on trial with 50 %; ${rate} requests/s`,
	);
	const load = startLoad(context, {
		port: installation.gatewayPort,
		path: `/v1/models/${ENDPOINT}:predict`,
		requestsPerSecond: rate,
		bodies: applications(),
	});
	const measured: Repetition[] = [];
	for (let i = 0; i < repetitions; i++) measured.push(await rollBackOnce(installation, load, { version: CHALLENGER, planFile }));
	const seen = await load.stop();
	show(context, measured, seen);

	const slowestMs = Math.max(...measured.map((one) => one.commandMs));
	const clean = seen.failures.length === 0 && measured.every((one) => one.gateways.length === GATEWAYS);
	return {
		figure: `${slowestMs} ms for the slowest of ${repetitions}, ${seen.failures.length} of ${seen.sent} requests failed`,
		first: `< ${FIRST_MS / 1000} s, no failed request`,
		meetsFirst: clean && slowestMs < FIRST_MS,
		goal: `< ${GOAL_MS} ms, no failed request`,
		meetsGoal: clean && slowestMs < GOAL_MS,
		versions: {},
		measured: {
			gateways: GATEWAYS,
			requestsPerSecond: rate,
			repetitions: measured,
			load: { ...seen, challengerAtMs: undefined },
		},
	};
}

/** Pushes both versions and makes the champion answer. Returns the file of the challenger's plan. */
async function prepare(context: BenchContext, installation: Installation): Promise<string> {
	const files = { endpoint: join(context.folder, "endpoint.yaml"), plan: join(context.folder, "plan.yaml") };
	await writeFile(files.endpoint, ENDPOINT_YAML);
	await writeFile(files.plan, PLAN_YAML);
	for (const version of [CHAMPION, CHALLENGER])
		await installation.command("push", join(EXAMPLE, "packages", `credit-risk-${version}`));
	await installation.command("endpoint", "apply", files.endpoint);
	await installation.command("deploy", ENDPOINT, CHAMPION, "--plan", "direct");
	const champion = async (): Promise<string | null> => {
		const { endpoints } = await installation.get<{ endpoints: readonly { champion: string | null }[] }>("/api/v1/endpoints");
		return endpoints[0]?.champion ?? null;
	};
	await until("the champion answers", async () => (await champion()) !== null, 60_000);
	return files.plan;
}

/** Real applications; each applicant is a caller with a key of their own. */
function applications(): { user: string; body: string }[] {
	return readFileSync(join(EXAMPLE, "data", "holdout.jsonl"), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as { id: string; input: unknown })
		.map(({ id, input }) => ({ user: id, body: JSON.stringify({ instances: [input] }) }));
}

function show(context: BenchContext, measured: readonly Repetition[], seen: LoadReport): void {
	const row = (name: string, of: (one: Repetition) => number): string[] => {
		const values = measured.map(of);
		return [name, threeDigits(median(values)), threeDigits(Math.max(...values)), String(values.length)];
	};
	const rows = [
		row("command: request to answer, all switched", (one) => one.commandMs),
		row("journal: decision to last acknowledgement", (one) => one.restoredMs),
		row("clients: decision to last trial answer", (one) => one.lastChallengerMs),
	];
	context.line();
	for (const text of renderTable(["ms", "median", "slowest", "rollbacks"], rows)) context.line(`  ${text}`);
	const missing = measured.filter((one) => one.gateways.length < GATEWAYS || one.leaseExpired.length > 0).length;
	if (missing > 0) context.line(`  ${missing} rollbacks ended without an acknowledgement of all ${GATEWAYS} gateways`);
	const { sent, answered, retried, failures, p50Ms, p99Ms, behindMs } = seen;
	context.line(`  load: ${sent} sent, ${answered} answered, ${retried} retried once, ${failures.length} failed`);
	context.line(
		`  answers: p50 ${threeDigits(p50Ms)} ms, p99 ${threeDigits(p99Ms)} ms; the client was ${threeDigits(behindMs)} ms behind at worst`,
	);
	for (const { what } of failures.slice(0, 5)) context.line(`  failed: ${what}`);
}
