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

/** Tells every gateway of this data folder to go back, each over its own socket. Works while control is away. */
export async function rollBackDirectly(folder: DataFolder, endpoint: string): Promise<readonly DirectAnswer[]> {
	const ids = gatewayIds(folder);
	if (ids.length === 0) throw new HeadgateError("gateway.none-here", `no gateway of ${folder.root} runs on this host`);
	const answers = await Promise.allSettled(ids.map((id) => tell(folder, id, endpoint)));
	const told = answers.filter((answer) => answer.status === "fulfilled").map((answer) => answer.value);
	const [refusal] = answers.filter((answer) => answer.status === "rejected").map((answer) => answer.reason as unknown);
	if (told.length === 0) throw refusal;
	return told;
}

function gatewayIds(folder: DataFolder): string[] {
	try {
		return readdirSync(path.dirname(folder.gateway("any"))).sort();
	} catch {
		return [];
	}
}

function tell(folder: DataFolder, id: string, endpoint: string): Promise<DirectAnswer> {
	const startedAtMs = performance.now();
	return new Promise((resolve, reject) => {
		const socket = connect(path.join(folder.gateway(id), "direct.sock"));
		let text = "";
		socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error("no answer")));
		socket.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
		});
		socket.on("error", (cause) =>
			reject(new HeadgateError("gateway.unreachable", `${id} does not answer: ${cause.message}`, { cause })),
		);
		socket.on("end", () => {
			const answer = JSON.parse(text) as { to?: string; error?: Parameters<typeof toFault>[0] };
			if (answer.error !== undefined) return reject(toFault(answer.error));
			resolve({ gateway: id, serving: answer.to ?? "", ms: Math.round(performance.now() - startedAtMs) });
		});
		socket.write(`${JSON.stringify({ rollback: endpoint })}\n`);
	});
}
