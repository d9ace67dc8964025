import { ERRORS } from "./catalogue.ts";
import type { ErrorRow } from "./error-row.ts";

/**
 * A fault: thrown by adapters and edges, never by core. It survives processes as JSON `{code, message, hint, path}`;
 * match on `code`.
 */
export class HeadgateError extends Error {
	readonly code: string;
	readonly hint: string;
	readonly path: string | undefined;

	constructor(code: string, message: string, options: { hint?: string; path?: string; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = "HeadgateError";
		this.code = code;
		this.hint = options.hint ?? ERRORS[code]?.hint ?? "";
		this.path = options.path;
	}

	get row(): ErrorRow {
		return ERRORS[this.code] ?? { status: 500, exit: 3, retryable: false, when: "", hint: "" };
	}

	toJSON(): { code: string; message: string; hint: string; path?: string } {
		const body = { code: this.code, message: this.message, hint: this.hint };
		return this.path === undefined ? body : { ...body, path: this.path };
	}
}
