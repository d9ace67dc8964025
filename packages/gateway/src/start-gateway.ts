import { mkdir } from "node:fs/promises";
import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HeadgateError } from "@headgate/protocol";
import { createAccept } from "./accept.ts";
import { Arms } from "./arms.ts";
import { CrashBreaker } from "./breaker.ts";
import { BusLoop } from "./bus-loop.ts";
import { ControlClock } from "./control-clock.ts";
import { listenDirect } from "./direct.ts";
import { GatewayState } from "./gateway-state.ts";
import { TrialLease } from "./lease.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { type Bus, type Clock, type Log, type Packages, SYSTEM_CLOCK } from "./ports.ts";
import { predictionIds } from "./prediction-id.ts";
import { WindowSpool } from "./spool.ts";
import { TableStore } from "./table-store.ts";
import { TimerWheel } from "./timer-wheel.ts";

/** A rollback target has answered its examples within the last minute (DESIGN 6). */
const RECHECK_MS = 30_000;
const CLOSE_LIMIT_MS = 5_000;
const WARM_LIMIT_MS = 10_000;

export interface GatewayOptions {
	/** Stable over restarts: `g1`. At most 64 characters. */
	readonly id: string;
	/** Random id of this process's life. */
	readonly boot: string;
	readonly build: string;
	/** Loopback unless told otherwise. Port 0: any free one. */
	readonly listen: { readonly host?: string; readonly port: number };
	readonly bus: Bus;
	readonly packages: Packages;
	/** This gateway's own folder: table, windows not yet acknowledged, direct.sock. */
	readonly stateDir: string;
	readonly log: Log;
	readonly clock?: Clock;
	readonly limits?: Partial<Limits>;
	/** How often arms that are kept warm without traffic answer their examples again. Default 30 s. */
	readonly recheckMs?: number;
}

export interface Gateway {
	readonly port: number;
	/** Stops accepting, lets what is in flight end (5 s), hands over the last windows. */
	close(): Promise<void>;
}

/** Starts one gateway process's work. Rejects with `gateway.port` when it cannot listen. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
	const { id, boot, build, log, stateDir } = options;
	const clock = options.clock ?? SYSTEM_CLOCK;
	await mkdir(stateDir, { recursive: true, mode: 0o700 });
	const spool = await WindowSpool.open({ dir: join(stateDir, "windows"), gateway: id, boot, log });
	const store = new TableStore(stateDir, log);
	const controlClock = new ControlClock(clock);
	const wheel = new TimerWheel();
	const metrics = new Metrics();

	const onArmChange = (): void => state.refresh();
	const arms = new Arms(options.packages, log, onArmChange);
	const lease = new TrialLease(controlClock);
	const onChange = (): void => loop.touch();
	const state = new GatewayState({ arms, lease, breaker: new CrashBreaker(), clock: controlClock, store, onChange });
	const loop: BusLoop = new BusLoop({ id, boot, build, bus: options.bus, clock, controlClock, state, spool, log });

	const limits = { ...DEFAULT_LIMITS, ...options.limits };
	// On the clock of the windows: an outcome belongs to the second in which its prediction was counted.
	const nextId = predictionIds(() => controlClock.now());
	const server = createAccept({ bus: options.bus, state, metrics, spool, wheel, log, nextId, limits, build });
	const saved = await store.load();
	if (saved !== null) {
		state.restore(saved);
		// The others answer meanwhile: a gateway that listens before it can answer takes connections away from them.
		await warmed(arms);
	}
	await listen(server, options.listen);
	const direct = await listenDirect(stateDir, state, log);
	loop.start();
	const recheck = setInterval(() => state.table !== null && void arms.recheckIdle(state.table), options.recheckMs ?? RECHECK_MS);

	return {
		port: (server.address() as AddressInfo).port,
		async close() {
			clearInterval(recheck);
			await closeServer(server);
			direct?.close();
			await loop.close();
			wheel.close();
			await arms.close();
			await spool.close();
			await store.settled();
		},
	};
}

/** Until every arm is ready or has failed; in time to answer health checks if one hangs. */
async function warmed(arms: Arms): Promise<void> {
	const endMs = performance.now() + WARM_LIMIT_MS;
	while (performance.now() < endMs && Object.values(arms.statuses()).some(({ state }) => state === "warming")) await sleep(20);
}

/** `exclusive: false` lets the processes of a node:cluster share the port. */
function listen(server: HttpServer, address: { readonly host?: string; readonly port: number }): Promise<void> {
	const host = address.host ?? "127.0.0.1";
	return new Promise((resolve, reject) => {
		const refuse = (error: NodeJS.ErrnoException): void => {
			const why = error.code === "EADDRINUSE" ? "is in use" : `cannot be opened (${error.code})`;
			reject(new HeadgateError("gateway.port", `${host}:${address.port} ${why}`, { cause: error }));
		};
		server.once("error", refuse);
		server.listen({ host, port: address.port, exclusive: false, backlog: 1024 }, () => {
			server.off("error", refuse);
			resolve();
		});
	});
}

async function closeServer(server: HttpServer): Promise<void> {
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	const timer = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
	server.closeIdleConnections();
	await closed;
	clearTimeout(timer);
}
