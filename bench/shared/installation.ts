import { type ChildProcess, execFile, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "@headgate/adapters/loopback";
import type { BenchContext } from "./bench.ts";
import { end, until } from "./processes.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
const COMMAND = join(ROOT, "packages", "headgate", "src", "main.ts");

/** A real installation, started as its users start it, on free ports and with a data folder of its own. */
export interface Installation {
	readonly gatewayPort: number;
	/** `headgate ARGUMENTS --json`: its last line of output. Throws with what the command said when it ends with another code than 0. */
	command<T>(...args: readonly string[]): Promise<T>;
	/** A read of the control API. */
	get<T>(path: string): Promise<T>;
}

export async function startInstallation(context: BenchContext, options: { readonly gateways: number }): Promise<Installation> {
	const [controlPort, gatewayPort] = (await freePorts(2)) as [number, number];
	const data = join(context.folder, "data");
	const log = join(context.folder, "up.log");
	const file = openSync(log, "w");
	const ports = ["--control-port", String(controlPort), "--gateway-port", String(gatewayPort)];
	const args = [COMMAND, "--data", data, "up", ...ports, "--gateways", String(options.gateways)];
	const child = spawn(process.execPath, args, { stdio: ["ignore", file, file] });
	context.atEnd(() => end(child, 20_000));
	const key = (): string => readFileSync(join(data, "admin.key"), "utf8").trim();
	const get = async <T>(path: string): Promise<T> => {
		const response = await fetch(`http://127.0.0.1:${controlPort}${path}`, { headers: { authorization: `Bearer ${key()}` } });
		if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
		return (await response.json()) as T;
	};
	await until("headgate up runs all gateways", () => isUp(child, log, get, options.gateways), 60_000);
	return {
		gatewayPort,
		get,
		async command<T>(...rest: readonly string[]): Promise<T> {
			const { stdout } = await run(process.execPath, [COMMAND, "--json", "--data", data, ...rest]).catch((error) => {
				throw new Error(`headgate ${rest.join(" ")}: ${error.stdout}${error.stderr}`);
			});
			return JSON.parse(stdout.trim().split("\n").at(-1)!) as T;
		},
	};
}

async function isUp(child: ChildProcess, log: string, get: <T>(path: string) => Promise<T>, gateways: number): Promise<boolean> {
	if (child.exitCode !== null) throw new Error(`headgate up ended with ${child.exitCode}: ${readFileSync(log, "utf8")}`);
	const status = await get<{ gateways: readonly { connected: boolean }[] }>("/api/v1/status").catch(() => null);
	return status !== null && status.gateways.filter((gateway) => gateway.connected).length === gateways;
}
