import { readFileSync } from "node:fs";
import { Client, Pool } from "undici";

/**
 * Replays loan applications through the gateway at a steady rate, as its own process. Started with one JSON argument; reports its
 * counts over IPC four times a second; a message `stop` ends it after the answers under way. A refused or reset connection is tried
 * once again, as any sensible client would.
 */
interface Options {
	readonly gateway: string;
	readonly endpoint: string;
	readonly file: string;
	readonly requestsPerSecond: number;
}

/** What came back, by version that answered. */
export interface LoadCounts {
	readonly sent: number;
	readonly answered: number;
	/** Answers with a status of 500 or above: what the caller could not use. */
	readonly bad: number;
	/** No answer, also after one retry. */
	readonly lost: number;
	readonly retried: number;
	readonly versions: Readonly<Record<string, { readonly answered: number; readonly bad: number }>>;
}

/** Beyond the timeout of any endpoint: a request without an answer then is one that was lost on the way. */
const ANSWER_WITHIN_MS = 15_000;
const TICK_MS = 10;
const REPORT_MS = 250;

async function main(options: Options): Promise<void> {
	const pool = new Pool(options.gateway, { connections: 32, pipelining: 1, headersTimeout: ANSWER_WITHIN_MS });
	const applications = readApplications(options.file);
	const path = `/v1/models/${options.endpoint}:predict`;
	const versions: Record<string, { answered: number; bad: number }> = {};
	const counts = { sent: 0, answered: 0, bad: 0, lost: 0, retried: 0, versions };
	const underWay = new Set<Promise<void>>();
	let stopping = false;

	async function send(i: number): Promise<void> {
		const { id, body } = applications[i % applications.length]!;
		counts.sent++;
		const request = { method: "POST", path, headers: { "content-type": "application/json", "x-user-id": id }, body } as const;
		const response = await pool.request(request).catch((error: NodeJS.ErrnoException) => {
			// Nobody tries again what may still be under way.
			if (error.code === "UND_ERR_HEADERS_TIMEOUT") return null;
			counts.retried++;
			return retry(request).catch(() => null);
		});
		if (response === null) {
			counts.lost++;
			return;
		}
		await response.body.dump();
		const version = String(response.headers["headgate-version"] ?? "?");
		versions[version] ??= { answered: 0, bad: 0 };
		const of = versions[version];
		of.answered++;
		counts.answered++;
		if (response.statusCode < 500) return;
		of.bad++;
		counts.bad++;
	}

	/** On a connection of its own: those of the pool may have broken in the same moment, for the same reason. */
	async function retry(request: Parameters<Pool["request"]>[0]) {
		const fresh = new Client(options.gateway);
		const response = await fresh.request(request);
		void fresh.close();
		return response;
	}

	const startedAt = performance.now();
	let next = 0;
	const ticker = setInterval(() => {
		const due = Math.floor(((performance.now() - startedAt) / 1_000) * options.requestsPerSecond);
		for (; next < due && !stopping; next++) {
			const answer = send(next);
			underWay.add(answer);
			answer.finally(() => underWay.delete(answer));
		}
	}, TICK_MS);
	const reporter = setInterval(() => process.send?.(counts), REPORT_MS);

	process.on("message", async () => {
		stopping = true;
		clearInterval(ticker);
		await Promise.allSettled([...underWay]);
		clearInterval(reporter);
		process.send?.({ ...counts, done: true }, undefined, undefined, () => process.disconnect());
		await pool.close();
	});
	process.on("disconnect", () => process.exit(0));
}

/** Each applicant is a user of their own: the id is the sticky key. */
function readApplications(file: string): { id: string; body: string }[] {
	return readFileSync(file, "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as { id: string; input: unknown })
		.map(({ id, input }) => ({ id, body: JSON.stringify({ instances: [input] }) }));
}

await main(JSON.parse(process.argv[2]!) as Options);
