import type { ServerResponse } from "node:http";
import type { HeadgateError } from "@headgate/protocol";
import type { Choice } from "./endpoint.ts";

/** The headers that say which version answered; without a choice no version has seen the request. */
function truthHeaders(predictionId: string, choice: Choice | null): string[] {
	const headers = ["content-type", "application/json", "headgate-prediction-id", predictionId];
	if (choice === null) return headers;
	headers.push("headgate-version", choice.route.version, "headgate-arm", choice.as);
	if (choice.random) headers.push("headgate-sticky", "random");
	return headers;
}

/** One head, one end, one write. False when the caller has left. */
export function respond(
	response: ServerResponse,
	status: number,
	body: string,
	predictionId: string,
	choice: Choice | null,
	more: readonly string[] = [],
): boolean {
	if (response.destroyed || response.writableEnded) return false;
	const headers = truthHeaders(predictionId, choice);
	headers.push("content-length", String(Buffer.byteLength(body)), ...more);
	response.writeHead(status, headers);
	response.end(body);
	return true;
}

/** `{"error": "..."}`, as the Open Inference Protocol has it, beside other fields if there are any, and the code in a header. */
export function respondError(
	response: ServerResponse,
	error: HeadgateError,
	predictionId: string,
	choice: Choice | null,
	extra: readonly string[] = [],
	fields: object = {},
): boolean {
	const text = error.hint === "" ? error.message : `${error.message}. ${error.hint}`;
	const more = ["headgate-error", error.code, ...extra];
	if (error.row.retryable && error.row.status === 503) more.push("retry-after", "1");
	// What is left of a body that was not read cannot be told from the next request.
	if (!response.req.complete) more.push("connection", "close");
	return respond(response, error.row.status, JSON.stringify({ error: text, ...fields }), predictionId, choice, more);
}
