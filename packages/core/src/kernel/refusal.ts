/**
 * A "no" that is part of the domain: returned as a value, never thrown. `code` is a row of the error catalogue in protocol,
 * `message` says what, where, got and expected; `hint` says what to do; `path` points at the place (`plan[2].canary.weight`).
 */
export interface Refusal {
	readonly code: string;
	readonly message: string;
	readonly hint: string;
	readonly path?: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function accept<T>(value: T): Result<T> {
	return { ok: true, value };
}

export function refuse(
	code: string,
	message: string,
	hint: string,
	path?: string,
): { readonly ok: false; readonly refusal: Refusal } {
	return { ok: false, refusal: path === undefined ? { code, message, hint } : { code, message, hint, path } };
}
