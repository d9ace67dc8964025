import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EvidenceReader, JournalReader } from "@headgate/control";
import type { ReplayReport } from "@headgate/core/rollout";
import { HeadgateError } from "@headgate/protocol";

export interface ReplayAnswer {
	/** Records or events that are not what was written, each named. */
	readonly problems: readonly string[];
	/** Null when damaged evidence kept it from being judged. */
	readonly report: ReplayReport | null;
}

/** Hands journal and evidence of a rollout to a process that can only judge, and returns what it found. */
export async function replayRollout(rollout: string, journal: JournalReader, evidence: EvidenceReader): Promise<ReplayAnswer> {
	const input: unknown[] = [];
	let endpoint: string | undefined;
	let from = 1;
	for await (const event of journal.readStream(`rollout/${rollout}`)) {
		input.push({ event });
		if (event.type !== "RolloutStarted") continue;
		const { after, data } = event.data as { after: number; data: { endpoint: string } };
		endpoint = data.endpoint;
		from = after + 1;
	}
	if (endpoint === undefined) throw new HeadgateError("rollout.unknown", `the journal has no rollout "${rollout}"`);
	input.unshift({ endpoint, from });
	let to = from - 1;
	for await (const event of journal.readStream(`evidence/${endpoint}`)) {
		if (event.cause !== rollout) continue;
		input.push({ seal: event.data });
		to = Math.max(to, (event.data as { to: number }).to);
	}
	return ask(input, evidence.readLines(endpoint, from, to));
}

async function ask(input: readonly unknown[], lines: AsyncIterable<string>): Promise<ReplayAnswer> {
	const file = fileURLToPath(new URL("replay-process.ts", import.meta.url));
	const child = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "inherit"] });
	let answer = "";
	child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
		answer += chunk;
	});
	const ended = once(child, "close");
	const write = async (value: unknown) => {
		if (!child.stdin.write(`${JSON.stringify(value)}\n`)) await once(child.stdin, "drain");
	};
	for (const line of input) await write(line);
	for await (const line of lines) await write({ line });
	child.stdin.end();
	const [code] = await ended;
	if (code !== 0) throw new HeadgateError("replay.failed", `the replaying process ended with exit ${code}`);
	return JSON.parse(answer) as ReplayAnswer;
}
