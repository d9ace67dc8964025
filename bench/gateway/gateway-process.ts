/** One gateway process with two versions of a model in its event loop, as the bench measures it: folder and body shape as arguments. */
import { join } from "node:path";
import { type ArmRoute, armKey, type RouteTable } from "@headgate/core/routing";
import { startGateway } from "@headgate/gateway";
import { type BodyShape, writeModel } from "./served-model.ts";
import { TableBus } from "./table-bus.ts";

/** Nine of ten callers go to the first version. */
const SECOND_PERCENT = 10;

/** What the process tells its parent: where it listens, and at the end what it counted. */
export type GatewayMessage =
	| { readonly type: "listening"; readonly port: number; readonly placements: readonly string[] }
	| { readonly type: "counted"; readonly requests: number; readonly failed: number };

const [folder = "", shape = "named"] = process.argv.slice(2);

async function main(): Promise<void> {
	const packages = new Map([
		[digestOf("a"), await writeModel(folder, "1.0.0", shape as BodyShape, 1)],
		[digestOf("b"), await writeModel(folder, "1.1.0", shape as BodyShape, 2)],
	]);
	const placements: string[] = [];
	const ready = Promise.withResolvers<void>();
	const bus = new TableBus(table(), (arms) => {
		const states = Object.values(arms);
		if (states.some((arm) => arm.state === "failed")) ready.reject(new Error(JSON.stringify(arms)));
		if (states.length === 2 && states.every((arm) => arm.state === "ready")) ready.resolve();
	});
	const note = (fields: object, message: string): void => {
		if (message === "arm ready") placements.push((fields as { placement: string }).placement);
	};
	let ending = false;
	// At the end the load breaks off with requests under way: their failures are no news.
	const complain = (fields: object, message: string): void => {
		if (!ending) console.error(message, fields);
	};
	const gateway = await startGateway({
		id: "g1",
		boot: "bench",
		build: "bench",
		listen: { port: 0 },
		bus,
		packages: { open: async (digest) => packages.get(digest)! },
		stateDir: join(folder, "gateway"),
		log: { info: note, warn: complain, error: complain },
	});
	await ready.promise;
	send({ type: "listening", port: gateway.port, placements });
	process.on("message", async () => {
		ending = true;
		await gateway.close();
		send({ type: "counted", requests: bus.counted, failed: bus.failed }, () => process.exit(0));
	});
}

/** Both arms are promoted, so both may be in the loop, and share the traffic: every request is routed by its sticky key. */
function table(): RouteTable {
	const arms = [arm("a", "1.0.0", "champion", 100 - SECOND_PERCENT), arm("b", "1.1.0", "previous", SECOND_PERCENT)];
	const thresholds = { id: "bench", latencyUs: [1_000, 5_000, 20_000] };
	return { epoch: 1, revision: 1, endpoints: { bench: { endpoint: "bench", rollout: "bench-1", arms, thresholds } } };
}

function arm(letter: string, version: string, role: ArmRoute["role"], weightPercent: number): ArmRoute {
	const configuration = {
		digest: digestOf("c"),
		timeoutMs: 2_000,
		outputLimits: { score: [0, 1] as const },
		sticky: ["header:x-user-id"],
	};
	const key = armKey(digestOf(letter), configuration.digest);
	const packageDigest = digestOf(letter);
	return { key, role, packageDigest, model: "bench", version, weightPercent, trial: false, placement: "loop", configuration };
}

function digestOf(letter: string): string {
	return `sha256:${letter.repeat(64)}`;
}

function send(message: GatewayMessage, sent: () => void = () => {}): void {
	process.send?.(message, undefined, undefined, sent);
}

await main();
