import { HeadgateError } from "@headgate/protocol";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";

/** `{"error": {code, message, hint, path}}`, also for what should not have happened; never a stack or a path of the source. */
export function errorBody(error: unknown): { error: ReturnType<HeadgateError["toJSON"]> } {
	return { error: asFault(error).toJSON() };
}

export function statusFor(error: unknown): ContentfulStatusCode {
	return asFault(error).row.status as ContentfulStatusCode;
}

/** The first thing that is wrong with a message, naming its field. */
export function firstIssue(code: string, { issues }: z.ZodError): HeadgateError {
	const [issue] = issues;
	const path = issue?.path.join(".") ?? "";
	const message = issue?.message ?? "it is not valid";
	return path === "" ? new HeadgateError(code, message) : new HeadgateError(code, `${path}: ${message}`, { path });
}

function asFault(error: unknown): HeadgateError {
	if (error instanceof HeadgateError) return error;
	// What the framework refuses by itself: a body that is not JSON.
	if (error instanceof HTTPException && error.status < 500) return new HeadgateError("request.invalid", error.message);
	const message = error instanceof Error ? error.message : "unknown";
	return new HeadgateError("control.internal", `something went wrong in the control process: ${message}`);
}
