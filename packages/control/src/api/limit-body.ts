import { HeadgateError } from "@headgate/protocol";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

/** Refuses a longer body before it is in memory. */
export function limitBody(maxSize: number): MiddlewareHandler {
	return bodyLimit({
		maxSize,
		onError: () => {
			throw new HeadgateError("request.too-large", `the body is longer than ${maxSize} bytes`);
		},
	});
}
