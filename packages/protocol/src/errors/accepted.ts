import { HeadgateError } from "./headgate-error.ts";

/** A value of the domain, or its "no" as core returns it. */
type Result<T> =
	| { readonly ok: true; readonly value: T }
	| {
			readonly ok: false;
			readonly refusal: { readonly code: string; readonly message: string; readonly hint: string; readonly path?: string };
	  };

/** The value; throws a refusal as the error that it is at an edge. */
export function accepted<T>(result: Result<T>): T {
	if (result.ok) return result.value;
	const { code, message, hint, path } = result.refusal;
	throw new HeadgateError(code, message, path === undefined ? { hint } : { hint, path });
}
