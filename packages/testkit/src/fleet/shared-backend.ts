import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A feature store that both versions ask for every batch of requests, on loopback. Its trouble is trouble of both. */
export class SharedBackend {
	readonly #server: Server;
	#slowMs = 0;
	#failing = 0;
	#asked = 0;

	private constructor(server: Server) {
		this.#server = server;
	}

	static async start(): Promise<SharedBackend> {
		const server = createServer();
		const backend = new SharedBackend(server);
		server.on("request", (_request, response) => {
			const failed = ++backend.#asked % 100 < backend.#failing;
			setTimeout(() => response.writeHead(failed ? 503 : 200).end("{}"), backend.#slowMs);
		});
		await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
		return backend;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/features`;
	}

	/** So slow, and so many of a hundred calls fail. */
	trouble(slowMs: number, failingPercent: number): void {
		this.#slowMs = slowMs;
		this.#failing = failingPercent;
	}

	calm(): void {
		this.trouble(0, 0);
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
	}
}
