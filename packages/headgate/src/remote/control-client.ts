import { readFileSync } from "node:fs";
import { HeadgateError } from "@headgate/protocol";
import { type DataFolder, readUpFile } from "../config/data-folder.ts";

/** Asks the control API with the key that `headgate up` left in the data folder. */
export class ControlClient {
	readonly url: string;
	readonly #key: string;

	constructor(folder: DataFolder) {
		// A control process elsewhere leaves no file here.
		this.url = process.env["HEADGATE_URL"] ?? readUpFile(folder).control;
		this.#key = process.env["HEADGATE_KEY"] ?? readKey(folder);
	}

	get<T>(path: string): Promise<T> {
		return this.#json<T>("GET", path);
	}

	post<T>(path: string, body: unknown): Promise<T> {
		return this.#json<T>("POST", path, body);
	}

	put<T>(path: string, body: unknown): Promise<T> {
		return this.#json<T>("PUT", path, body);
	}

	/** Whether control runs on this very host, and can read what lies here. */
	get isHere(): boolean {
		return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(this.url).hostname);
	}

	/** Bytes as they are. */
	async patch(path: string, body: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>): Promise<void> {
		const response = await this.#fetch(path, { method: "PATCH", body, headers });
		if (!response.ok) throw await fault(response);
	}

	/** Lines of an NDJSON answer as they come. */
	async *lines(path: string, body: unknown): AsyncGenerator<Record<string, unknown>> {
		const response = await this.#ask("POST", path, body);
		if (!response.ok) throw await fault(response);
		try {
			yield* splitLines(response);
		} catch (cause) {
			throw cutOff(this.url, cause);
		}
	}

	/** Server-sent events of a GET, each one's data as JSON, until the signal ends it. */
	async *events(path: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
		const response = await this.#ask("GET", path, undefined, signal);
		if (!response.ok) throw await fault(response);
		yield* splitLines(response, "data: ");
	}

	async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.#ask(method, path, body);
		if (!response.ok) throw await fault(response);
		try {
			return (await response.json()) as T;
		} catch (cause) {
			throw cutOff(this.url, cause);
		}
	}

	#ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
		const headers = { "content-type": "application/json" };
		const extra = { ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(signal === undefined ? {} : { signal }) };
		return this.#fetch(path, { method, headers, ...extra });
	}

	async #fetch(path: string, init: RequestInit & { readonly headers: Readonly<Record<string, string>> }): Promise<Response> {
		try {
			return await fetch(`${this.url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${this.#key}` } });
		} catch (cause) {
			if (init.signal?.aborted === true) throw cause;
			throw new HeadgateError("control.not-running", `no control process answers at ${this.url}`, { cause });
		}
	}
}

async function* splitLines(response: Response, prefix = ""): AsyncGenerator<Record<string, unknown>> {
	let rest = "";
	for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
		const lines = (rest + chunk).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) {
			if (line.startsWith(prefix) && line.length > prefix.length)
				yield JSON.parse(line.slice(prefix.length)) as Record<string, unknown>;
		}
	}
}

function cutOff(url: string, cause: unknown): HeadgateError {
	return new HeadgateError("control.cut-off", `the control process at ${url} ended before its answer was whole`, { cause });
}

async function fault(response: Response): Promise<HeadgateError> {
	const body = (await response.json().catch(() => null)) as {
		error?: { code: string; message: string; hint: string; path?: string };
	} | null;
	if (body?.error === undefined)
		return new HeadgateError("control.not-running", `${response.url} answered ${response.status} and is not Headgate`);
	return toFault(body.error);
}

/** The error of an answer as a fault again. */
export function toFault({
	code,
	message,
	hint,
	path,
}: {
	code: string;
	message: string;
	hint: string;
	path?: string;
}): HeadgateError {
	return new HeadgateError(code, message, path === undefined ? { hint } : { hint, path });
}

function readKey(folder: DataFolder): string {
	try {
		return readFileSync(folder.key, "utf8").trim();
	} catch (cause) {
		throw new HeadgateError("key.missing", `there is no key at ${folder.key}`, { cause });
	}
}
