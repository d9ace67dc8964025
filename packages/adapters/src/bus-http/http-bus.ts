import type { Bus } from "@headgate/gateway";
import {
	type Applied,
	HeadgateError,
	type Hello,
	type HelloReply,
	helloReplySchema,
	type OutcomesMessage,
	type OutcomesReply,
	outcomesReplySchema,
	type TableLine,
	tableLineSchema,
	type WindowsMessage,
	type WindowsReply,
	windowsReplySchema,
} from "@headgate/protocol";
import { Pool } from "undici";

const ANSWER_WITHIN_MS = 5_000;
/** A stream that is silent this long is dead: heartbeats come each second. */
const SILENCE_MS = 4_000;
/** Outcomes on their way or waiting to be; more are refused, and their callers send them again. */
const MOST_OUTCOME_CALLS = 128;
const LONGEST_LINE_BYTES = 8 * 1024 * 1024;

/** The bus over HTTP on loopback: the gateway's side. Every call is bounded in time; the gateway tries again. */
export class HttpBus implements Bus {
	readonly #pool: Pool;
	/** Of their own: a flood of outcomes must not hold up windows. */
	readonly #outcomePool: Pool;
	#outcomeCalls = 0;
	readonly #headers: Record<string, string>;

	/** @param url where control listens, `http://127.0.0.1:7700`. */
	constructor(url: string, token: string) {
		const limits = { headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: SILENCE_MS };
		this.#pool = new Pool(url, { connections: 4, ...limits });
		this.#outcomePool = new Pool(url, { connections: 8, ...limits });
		this.#headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
	}

	async hello(message: Hello): Promise<HelloReply> {
		return helloReplySchema.parse(await this.#post("/bus/hello", message));
	}

	async windows(message: WindowsMessage): Promise<WindowsReply> {
		return windowsReplySchema.parse(await this.#post("/bus/windows", message));
	}

	async applied(message: Applied): Promise<void> {
		await this.#post("/bus/applied", message);
	}

	async outcomes(message: OutcomesMessage): Promise<OutcomesReply> {
		if (this.#outcomeCalls >= MOST_OUTCOME_CALLS)
			throw new HeadgateError("bus.unreachable", `${MOST_OUTCOME_CALLS} calls with outcomes wait for control already`);
		this.#outcomeCalls++;
		try {
			return outcomesReplySchema.parse(await this.#post("/bus/outcomes", message, this.#outcomePool));
		} finally {
			this.#outcomeCalls--;
		}
	}

	async tables(gateway: string, boot: string, onLine: (line: TableLine) => void, signal: AbortSignal): Promise<void> {
		const path = `/bus/tables?gateway=${encodeURIComponent(gateway)}&boot=${encodeURIComponent(boot)}`;
		const { body, statusCode } = await this.#pool.request({ method: "GET", path, headers: this.#headers, signal });
		if (statusCode !== 200) throw new HeadgateError("bus.unreachable", `control answered ${statusCode} to the stream of tables`);
		body.setEncoding("utf8");
		let rest = "";
		for await (const chunk of body) {
			rest += chunk as string;
			const lines = rest.split("\n");
			rest = lines.pop() ?? "";
			if (rest.length > LONGEST_LINE_BYTES)
				throw new HeadgateError("bus.message-invalid", "a line of the table stream does not end");
			for (const line of lines) onLine(tableLineSchema.parse(JSON.parse(line)) as TableLine);
		}
	}

	async close(): Promise<void> {
		await Promise.all([this.#pool.destroy(), this.#outcomePool.destroy()]);
	}

	async #post(path: string, message: unknown, pool = this.#pool): Promise<unknown> {
		const { body, statusCode } = await pool.request({
			method: "POST",
			path,
			headers: this.#headers,
			body: JSON.stringify(message),
		});
		const text = await body.text();
		if (statusCode === 200) return JSON.parse(text);
		throw new HeadgateError("bus.unreachable", `control answered ${statusCode} to ${path}: ${text.slice(0, 200)}`);
	}
}
