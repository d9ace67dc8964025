import { readdirSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";
import { toFault } from "./control-client.ts";

const ANSWER_WITHIN_MS = 5_000;

export interface DirectAnswer {
	readonly gateway: string;
	readonly serving: string;
	readonly ms: number;
}

export interface DirectAnswers {
	readonly told: readonly DirectAnswer[];
	/** Gateways that run and could not be told, each with the reason. */
	readonly silent: readonly string[];
}

/**
 * Tells every gateway of this data folder to go back, each over its own socket. Works while control is away. Throws when none could be
 * told: what a gateway refused it with, `gateway.unreachable`, or `gateway.none-here`.
 */
export async function rollBackDirectly(folder: DataFolder, endpoint: string): Promise<DirectAnswers> {
	const answers = await Promise.allSettled(gatewayIds(folder).map((id) => tell(folder, id, endpoint)));
	const told = answers.flatMap((answer) => (answer.status === "fulfilled" && answer.value !== null ? [answer.value] : []));
	const faults = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as HeadgateError] : []));
	if (told.length > 0) return { told, silent: faults.map((fault) => fault.message) };
	throw faults[0] ?? new HeadgateError("gateway.none-here", `no gateway of ${folder.root} runs on this host`);
}

function gatewayIds(folder: DataFolder): string[] {
	try {
		return readdirSync(path.dirname(folder.gateway("any"))).sort();
	} catch {
		return [];
	}
}

/** A gateway that has ended leaves its folder behind: null where nobody listens. */
function tell(folder: DataFolder, id: string, endpoint: string): Promise<DirectAnswer | null> {
	const startedAtMs = performance.now();
	return new Promise((resolve, reject) => {
		const socket = connect(path.join(folder.gateway(id), "direct.sock"));
		let text = "";
		socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1_000} s`)));
		socket.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
		});
		const unreachable = (cause: Error) => {
			return new HeadgateError("gateway.unreachable", `${id} does not answer: ${cause.message}`, { cause });
		};
		socket.on("error", (cause: NodeJS.ErrnoException) => {
			if (cause.code === "ENOENT" || cause.code === "ECONNREFUSED") resolve(null);
			else reject(unreachable(cause));
		});
		socket.on("end", () => {
			try {
				const answer = JSON.parse(text) as { to?: string; error?: Parameters<typeof toFault>[0] };
				if (answer.error !== undefined) return reject(toFault(answer.error));
				resolve({ gateway: id, serving: answer.to ?? "", ms: Math.round(performance.now() - startedAtMs) });
			} catch (cause) {
				reject(unreachable(cause as Error));
			}
		});
		socket.write(`${JSON.stringify({ rollback: endpoint })}\n`);
	});
}
