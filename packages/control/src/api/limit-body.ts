import { HeadgateError } from "@headgate/protocol";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

/** Refuses a longer body before it is in memory; a PATCH of a path in `streamed` never is, whoever takes it counts its bytes. */
export function limitBody(maxSize: number, streamed?: RegExp): MiddlewareHandler {
	const limit = bodyLimit({
		maxSize,
		onError: () => {
			throw new HeadgateError("request.too-large", `the body is longer than ${maxSize} bytes`);
		},
	});
	return (c, next) => (c.req.method === "PATCH" && streamed?.test(c.req.path) === true ? next() : limit(c, next));
}
