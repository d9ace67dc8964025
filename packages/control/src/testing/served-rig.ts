import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createControlApp } from "../api/app.ts";
import { SYSTEM } from "../installation/state-keeper.ts";
import { ControlRig, type RigOptions } from "./control-rig.ts";

export const KEY = "hg_the-key-of-this-test";
export const BUS_TOKEN = "the-token-of-the-bus";

export interface ServedRig {
	readonly rig: ControlRig;
	readonly url: string;
	ask(path: string, init?: RequestInit & { key?: string | null }): Promise<Response>;
	close(): Promise<void>;
}

/** A control process in memory with its API on a real port. */
export async function serveRig(options: RigOptions = {}): Promise<ServedRig> {
	const rig = await ControlRig.open(options);
	const sha256 = createHash("sha256").update(KEY).digest("hex");
	await rig.keeper.append("key/admin-1", [{ type: "KeyCreated", actor: SYSTEM, cause: null, data: { sha256 } }]);
	const server = createAdaptorServer({ fetch: createControlApp(rig.context, BUS_TOKEN).fetch });
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		rig,
		url,
		ask: (path, { key = KEY, ...init } = {}) => {
			const headers = new Headers(init.headers);
			if (key !== null) headers.set("authorization", `Bearer ${key}`);
			if (typeof init.body === "string" && !headers.has("content-type")) headers.set("content-type", "application/json");
			return fetch(`${url}${path}`, { ...init, headers });
		},
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				if ("closeAllConnections" in server) server.closeAllConnections();
			}),
	};
}
