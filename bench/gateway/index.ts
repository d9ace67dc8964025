/**
 * One gateway process that does the whole job, an ONNX model in its loop, against nginx that only passes requests on to a server
 * that does nothing. Ratios of one run count, never a lone number.
 */
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";
import { median, threeDigits } from "../shared/numbers.ts";
import { versionOf } from "../shared/processes.ts";
import { renderTable } from "../shared/table.ts";
import { libraryVersion } from "../shared/versions.ts";
import { startNginx } from "./nginx.ts";
import { startOurs } from "./our-side.ts";
import { BODY_SHAPES, requestOf, SHAPE_WORDS } from "./served-model.ts";
import { figuresOf, measureRounds, type Round, type Side, type SideFigures } from "./sides.ts";
import { STAGES, tryStages } from "./stages.ts";
import { writeScript, wrk } from "./wrk.ts";

const FIRST_RATIO = 0.5;
const GOAL_RATIO = 1;
const CONNECTIONS = [32, 64];
const WARM_UP_SECONDS = 3;

export const gatewayBench: Bench = {
	name: "gateway",
	about: "requests/s of one gateway process, whole job with an ONNX model in the loop, against nginx proxying to nothing",
	options: {
		seconds: { about: "length of a slice", fallback: 4, min: 1, max: 600 },
		rounds: { about: "slices of each side at each number of connections", fallback: 8, min: 1, max: 1000 },
		shape: { about: "body: 0 v1 with named numbers, 1 v1 with an array, 2 v2 tensor", fallback: 0, min: 0, max: 2 },
	},
	run,
};

async function run(context: BenchContext): Promise<BenchResult> {
	const { seconds, rounds } = context.options as { seconds: number; rounds: number };
	const shape = BODY_SHAPES[Math.round(context.options["shape"]!)]!;
	const versions = {
		nginx: (await versionOf("nginx", "-v", "apt-get install nginx-light")).replace(/^.*nginx\//, ""),
		wrk: (await versionOf("wrk", "-v", "apt-get install wrk")).split(" ")[1]!,
		onnxruntime: libraryVersion("onnxruntime-node", "runtime"),
	};
	const request = requestOf(shape, 0);
	const ours = await startOurs(context, shape);
	const answer = await tryStages(ours.port, request);
	const nginx = await startNginx(context, answer);
	const script = await writeScript(context.folder, (user) => requestOf(shape, user));
	const sides: [Side, Side] = [
		{ name: "headgate", port: ours.port, pid: ours.pid },
		{ name: "nginx", port: nginx.port, pid: nginx.workerPid },
	];
	context.line(
		`  nginx ${versions.nginx}, wrk ${versions.wrk}, onnxruntime ${versions.onnxruntime}; ${seconds} s slices, ${rounds} rounds, sides alternating`,
	);
	context.line(`  body: ${request.body.length} bytes, ${SHAPE_WORDS[shape]}; answer ${answer.length} bytes on both sides`);
	for (const stage of STAGES) context.line(`  ${stage.now ? "stage  " : "not yet"} ${stage.name.padEnd(12)} ${stage.what}`);
	for (const { port } of sides) await wrk({ port, script, connections: CONNECTIONS[0]!, seconds: WARM_UP_SECONDS });

	const measured: Record<string, Measured> = {};
	for (const connections of CONNECTIONS) {
		const found = summarise(await measureRounds(...sides, { script, connections, seconds, rounds }));
		measured[connections] = found;
		show(context, connections, found);
	}
	const counted = await ours.finish();
	context.line(`  counted in windows: ${counted.requests} requests, ${counted.failed} failed`);

	const worst = Math.min(...Object.values(measured).map(({ ratio }) => ratio));
	return {
		figure: `${threeDigits(worst)}x nginx (the lower of ${CONNECTIONS.join(" and ")} connections)`,
		first: `>= ${FIRST_RATIO}x`,
		meetsFirst: worst >= FIRST_RATIO,
		goal: `>= ${GOAL_RATIO.toFixed(1)}x`,
		meetsGoal: worst >= GOAL_RATIO,
		versions,
		measured: { body: SHAPE_WORDS[shape], bodyBytes: request.body.length, stages: STAGES, connections: measured, counted },
	};
}

interface Measured {
	readonly ours: SideFigures;
	readonly nginx: SideFigures;
	readonly ratio: number;
	readonly ratios: readonly number[];
	readonly cpuRatio: number;
}

function summarise(rounds: readonly Round[]): Measured {
	const ratios = rounds.map((round) => round.ours.requestsPerSecond / round.theirs.requestsPerSecond);
	const cpuRatio = median(rounds.map((round) => round.ours.cpuUsPerRequest / round.theirs.cpuUsPerRequest));
	const [ours, nginx] = [figuresOf(rounds.map((round) => round.ours)), figuresOf(rounds.map((round) => round.theirs))];
	return { ours, nginx, ratio: median(ratios), ratios, cpuRatio };
}

function show(context: BenchContext, connections: number, { ours, nginx, ratio, ratios, cpuRatio }: Measured): void {
	const row = (name: string, side: SideFigures): string[] => [
		name,
		threeDigits(side.requestsPerSecond),
		threeDigits(side.p50Us / 1000),
		threeDigits(side.p99Us / 1000),
		threeDigits(side.cpuUsPerRequest),
		String(side.requests),
	];
	const headings = [`${connections} connections`, "requests/s", "p50 ms", "p99 ms", "cpu us/request", "requests"];
	context.line();
	for (const text of renderTable(headings, [row("headgate", ours), row("nginx", nginx)])) context.line(`  ${text}`);
	context.line(
		`  ratio by round: ${ratios.map((one) => one.toFixed(2)).join(" ")}; median ${ratio.toFixed(2)}x, cpu ${cpuRatio.toFixed(2)}x`,
	);
}
