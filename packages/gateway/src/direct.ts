import { chmod, unlink } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import type { GatewayState } from "./gateway-state.ts";
import type { Log } from "./ports.ts";

const LONGEST_COMMAND = 4_096;

/**
 * The way in without control, for people on this host: a unix socket `direct.sock` in the state folder, owner only. One line in,
 * `{"rollback": "ENDPOINT"}`; one line out, `{"endpoint", "from", "to"}` with versions, or `{"error": {code, message, hint}}`.
 */
export async function listenDirect(stateDir: string, state: GatewayState, log: Log): Promise<Server | null> {
	const path = join(stateDir, "direct.sock");
	await unlink(path).catch(() => {});
	const server = createServer((socket) => serve(socket, state, log));
	try {
		await new Promise<void>((resolve, reject) => {
			server.once("error", reject);
			server.listen(path, resolve);
		});
		await chmod(path, 0o600);
		return server;
	} catch (err) {
		log.error({ err, path }, "no direct rollback on this host: the socket cannot be opened");
		return null;
	}
}

function serve(socket: Socket, state: GatewayState, log: Log): void {
	let text = "";
	let answered = false;
	socket.setEncoding("utf8");
	socket.setTimeout(5_000, () => socket.destroy());
	socket.on("error", () => socket.destroy());
	socket.on("data", (chunk: string) => {
		text += chunk;
		if (answered || (!text.includes("\n") && text.length < LONGEST_COMMAND)) return;
		answered = true;
		void perform(text, state, log).then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
	});
}

async function perform(text: string, state: GatewayState, log: Log): Promise<object> {
	try {
		const endpoint = parseCommand(text);
		const { from, to } = await state.rollBack(endpoint);
		log.warn({ endpoint, from: from.version, to: to.version }, "rolled back on this host, without control");
		return { endpoint, from: from.version, to: to.version };
	} catch (error) {
		return {
			error: error instanceof HeadgateError ? error.toJSON() : new HeadgateError("gateway.internal", String(error)).toJSON(),
		};
	}
}

function parseCommand(text: string): string {
	let command: { rollback?: unknown } | null = null;
	try {
		command = JSON.parse(text.split("\n", 1)[0]!);
	} catch {
		// Answered below, with what is expected.
	}
	if (typeof command?.rollback !== "string") throw new HeadgateError("gateway.direct-command", "the command is not understood");
	return command.rollback;
}
