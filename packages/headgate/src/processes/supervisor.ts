import { type ChildProcess, fork } from "node:child_process";
import cluster, { type Worker } from "node:cluster";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { HeadgateError } from "@headgate/protocol";
import { createDataFolder, writeUpFile } from "../config/data-folder.ts";
import { ignoreForeignLines } from "./channel-guard.ts";
import { LOOPBACK, type ProcessMessage, writeEnvironment } from "./process-messages.ts";

/** A control process whose loop has not finished a pass for this long hangs, and is replaced. */
const CONTROL_SILENCE_MS = 3_000;
/** Time to fold the journal and take up rollouts before the first heartbeat. */
const CONTROL_START_MS = 60_000;
const RESTART_MS = { first: 100, most: 5_000 };
const STABLE_AFTER_MS = 10_000;
const STOP_WITHIN_MS = 8_000;

export interface SupervisorOptions {
	readonly data: string;
	readonly controlPort: number;
	readonly gatewayPort: number;
	readonly gateways: number;
	readonly onNews: (news: string) => void;
	/** A process was started: `control`, `g1`, `g2`, ... */
	readonly onProcess?: (name: string, pid: number) => void;
}

export interface Supervisor {
	readonly controlUrl: string;
	readonly gatewayUrl: string;
	/** Pids by process name: `control`, `g1`, `g2`, ... */
	pids(): Readonly<Record<string, number>>;
	stop(): Promise<void>;
	/** Rejects when a process cannot be kept running. */
	readonly failed: Promise<never>;
}

/**
 * Keeps one control process and N gateways running. The gateways are workers of node:cluster and share one port; none of them
 * shares an event loop with control, so control work never stalls a prediction. Resolves when all listen.
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
	const folder = createDataFolder(options.data);
	const busToken = randomBytes(32).toString("hex");
	const settings = { ...options, data: folder.root, busToken, gatewayId: "" };
	const { controlPort, gatewayPort } = options;
	const controlUrl = `http://${LOOPBACK}:${controlPort}`;
	const gatewayUrl = `http://${LOOPBACK}:${gatewayPort}`;
	let stopping = false;
	let fail: (error: unknown) => void = () => {};
	const failed = new Promise<never>((_, reject) => {
		fail = reject;
	});
	failed.catch(() => undefined);

	let control: ChildProcess;
	let started = false;
	/** At the start a fault is the caller's to correct; later what runs goes on, and what ended is tried again. */
	const onFault = (name: string, fault: HeadgateError) => {
		if (started) options.onNews(`${name}: ${fault.message} (${fault.hint})`);
		else fail(fault);
	};
	const startControl = (delayMs: number): Promise<void> =>
		new Promise((resolve) => {
			control = fork(processFile("control-process.ts"), {
				env: writeEnvironment({ ...settings }),
				stdio: ["ignore", "inherit", "inherit", "ipc"],
			});
			const startedAtMs = Date.now();
			let heardAtMs = startedAtMs + CONTROL_START_MS;
			const watch = setInterval(() => {
				if (Date.now() - heardAtMs < CONTROL_SILENCE_MS) return;
				options.onNews(
					`control (pid ${control.pid}) has not finished a pass for ${CONTROL_SILENCE_MS / 1_000} s; it is replaced`,
				);
				control.kill("SIGKILL");
			}, 500);
			const child = control;
			options.onProcess?.("control", child.pid!);
			child.on("message", (message: ProcessMessage | null) => {
				if (message === null) return;
				if (message.type === "alive") heardAtMs = Date.now();
				if (message.type === "listening") resolve();
				if (message.type === "warning") options.onNews(`control: ${message.message} (${message.hint})`);
				if (message.type === "fatal") onFault("control", toError(message));
			});
			child.on("exit", (code, signal) => {
				clearInterval(watch);
				if (stopping) return;
				options.onNews(`control ended (${signal ?? `exit ${code}`}); it is started again`);
				setTimeout(() => stopping || startControl(nextDelayMs(startedAtMs, delayMs)), delayMs);
			});
		});

	const endGuard = ignoreForeignLines(() =>
		options.onNews(
			"a process wrote something to its channel that is no message; code of a package may have done that. It was ignored",
		),
	);
	// Each gateway accepts from the shared socket by itself. Handed round by the primary, a connection given to a gateway that has
	// just been killed is never answered nor closed: measured, one for each kill at 800 connections a second.
	cluster.schedulingPolicy = cluster.SCHED_NONE;
	cluster.setupPrimary({ exec: processFile("gateway-process.ts"), args: [], silent: false });
	const gateways = new Map<string, Worker>();
	const startGatewayProcess = (id: string, delayMs: number): Promise<void> =>
		new Promise((resolve) => {
			const worker = cluster.fork(writeEnvironment({ ...settings, gatewayId: id }));
			const startedAtMs = Date.now();
			gateways.set(id, worker);
			options.onProcess?.(id, worker.process.pid!);
			worker.on("message", (message: ProcessMessage | null) => {
				if (message === null) return;
				if (message.type === "listening") resolve();
				if (message.type === "fatal") onFault(id, toError(message));
			});
			worker.on("exit", (code, signal) => {
				if (stopping) return;
				options.onNews(`gateway ${id} ended (${signal ?? `exit ${code}`}); it is started again`);
				setTimeout(() => stopping || startGatewayProcess(id, nextDelayMs(startedAtMs, delayMs)), delayMs);
			});
		});

	async function stop(): Promise<void> {
		stopping = true;
		const children = [...[...gateways.values()].map((worker) => worker.process), control];
		const ends = children.map(
			(child) =>
				new Promise<void>((resolve) =>
					child.exitCode !== null || child.signalCode !== null ? resolve() : child.once("exit", () => resolve()),
				),
		);
		for (const child of children) child.kill("SIGTERM");
		const timer = setTimeout(() => {
			for (const child of children) child.kill("SIGKILL");
		}, STOP_WITHIN_MS);
		await Promise.all(ends);
		clearTimeout(timer);
		endGuard();
	}

	const ids = Array.from({ length: options.gateways }, (_, i) => `g${i + 1}`);
	try {
		await Promise.race([startControl(RESTART_MS.first), failed]);
		await Promise.race([Promise.all(ids.map((id) => startGatewayProcess(id, RESTART_MS.first))), failed]);
		started = true;
		writeUpFile(folder, { pid: process.pid, control: controlUrl, gateway: gatewayUrl });
	} catch (error) {
		await stop();
		throw error;
	}
	const pids = () => ({
		control: control.pid!,
		...Object.fromEntries([...gateways].map(([id, worker]) => [id, worker.process.pid!])),
	});
	return { controlUrl, gatewayUrl, pids, stop, failed };
}

/** A process that ran for a while is started again at once; one that keeps ending, ever more slowly. */
function nextDelayMs(startedAtMs: number, delayMs: number): number {
	return Date.now() - startedAtMs > STABLE_AFTER_MS ? RESTART_MS.first : Math.min(delayMs * 2, RESTART_MS.most);
}

function processFile(name: string): string {
	return fileURLToPath(new URL(name, import.meta.url));
}

function toError({ error }: Extract<ProcessMessage, { type: "fatal" }>): HeadgateError {
	const { code, message, hint, path } = error;
	return new HeadgateError(code, message, path === undefined ? { hint } : { hint, path });
}
