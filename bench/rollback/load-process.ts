/** Steady load as a process of its own, with every answer timed. A refused or reset connection is tried once again. */
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface LoadOptions {
	readonly port: number;
	readonly path: string;
	readonly requestsPerSecond: number;
	readonly bodies: readonly { readonly user: string; readonly body: string }[];
}

/** What the client saw. Times are on the wall clock, in milliseconds. */
export interface LoadReport {
	readonly sent: number;
	readonly answered: number;
	readonly retried: number;
	/** Status of 400 or above, or no answer after one retry. */
	readonly failures: readonly { readonly atMs: number; readonly what: string }[];
	/** When requests were sent that the version on trial answered. */
	readonly challengerAtMs: readonly number[];
	readonly p50Ms: number;
	readonly p99Ms: number;
	/** How late the sender ran at worst: a client that falls behind measures itself. */
	readonly behindMs: number;
}

const TICK_MS = 2;
const ANSWER_WITHIN_MS = 10_000;
const CONNECTIONS = 64;

class Load {
	readonly #options: LoadOptions;
	readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
	readonly #underWay = new Set<Promise<void>>();
	readonly #latenciesMs: number[] = [];
	readonly #failures: { atMs: number; what: string }[] = [];
	#challengerAtMs: number[] = [];
	#sent = 0;
	#answered = 0;
	#retried = 0;
	#behindMs = 0;
	#stopping = false;

	constructor(options: LoadOptions) {
		this.#options = options;
	}

	async run(): Promise<void> {
		const startedMs = performance.now();
		const everyMs = 1_000 / this.#options.requestsPerSecond;
		while (!this.#stopping) {
			const nowMs = performance.now();
			while (!this.#stopping && startedMs + this.#sent * everyMs <= nowMs) {
				this.#behindMs = Math.max(this.#behindMs, nowMs - startedMs - this.#sent * everyMs);
				const answer = this.#send(this.#sent++);
				this.#underWay.add(answer);
				void answer.finally(() => this.#underWay.delete(answer));
			}
			await sleep(TICK_MS);
		}
		await Promise.all(this.#underWay);
		this.#agent.destroy();
	}

	stop(): void {
		this.#stopping = true;
	}

	/** What was seen so far; the times of the challenger's answers are handed out once. */
	report(): LoadReport {
		const sorted = [...this.#latenciesMs].sort((a, b) => a - b);
		const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
		const challengerAtMs = this.#challengerAtMs;
		this.#challengerAtMs = [];
		return {
			sent: this.#sent,
			answered: this.#answered,
			retried: this.#retried,
			failures: this.#failures,
			challengerAtMs,
			p50Ms: quantile(0.5),
			p99Ms: quantile(0.99),
			behindMs: this.#behindMs,
		};
	}

	async #send(i: number): Promise<void> {
		const { user, body } = this.#options.bodies[i % this.#options.bodies.length]!;
		const atMs = Date.now();
		const startedMs = performance.now();
		try {
			const response = await this.#try(user, body).catch((error: NodeJS.ErrnoException) => {
				if (error.code !== "ECONNRESET" && error.code !== "ECONNREFUSED") throw error;
				this.#retried++;
				return this.#try(user, body);
			});
			this.#answered++;
			this.#latenciesMs.push(performance.now() - startedMs);
			if (response.headers["headgate-arm"] === "challenger") this.#challengerAtMs.push(atMs);
			const code = response.headers["headgate-error"] ?? "";
			if (response.statusCode! >= 400) this.#failures.push({ atMs, what: `${response.statusCode} ${code}` });
		} catch (error) {
			this.#failures.push({ atMs, what: (error as Error).message });
		}
	}

	#try(user: string, body: string): Promise<IncomingMessage> {
		const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), "x-user-id": user };
		const { port, path } = this.#options;
		return new Promise((resolve, reject) => {
			const sent = request({ port, path, method: "POST", agent: this.#agent, headers, timeout: ANSWER_WITHIN_MS }, (response) => {
				response.resume();
				response.once("end", () => resolve(response));
				response.once("error", reject);
			});
			sent.once("timeout", () => sent.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
			sent.once("error", reject);
			sent.end(body);
		});
	}
}

function main(): void {
	process.once("message", async (options: LoadOptions) => {
		const load = new Load(options);
		process.on("message", (message) => (message === "stop" ? load.stop() : process.send?.(load.report())));
		await load.run();
		process.send?.(load.report(), undefined, undefined, () => process.disconnect());
	});
	process.on("disconnect", () => process.exit(0));
}

main();
