import { HeadgateError } from "@headgate/protocol";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** `{"error": {code, message, hint, path}}`, also for what should not have happened; never a stack or a path of the source. */
export function errorBody(error: unknown): { error: ReturnType<HeadgateError["toJSON"]> } {
	if (error instanceof HeadgateError) return { error: error.toJSON() };
	const message = error instanceof Error ? error.message : "unknown";
	return { error: new HeadgateError("control.internal", `something went wrong in the control process: ${message}`).toJSON() };
}

export function statusFor(error: unknown): ContentfulStatusCode {
	return (error instanceof HeadgateError ? error.row.status : 500) as ContentfulStatusCode;
}
