import { createHash, timingSafeEqual } from "node:crypto";
import { HeadgateError } from "@headgate/protocol";
import type { MiddlewareHandler } from "hono";
import type { ControlContext, ControlEnvironment } from "./context.ts";

/** `Authorization: Bearer KEY`; keys are known by their sha256 only. */
export function requireKey(context: ControlContext): MiddlewareHandler<ControlEnvironment> {
	return async (c, next) => {
		const digest = sha256(bearer(c.req.header("authorization")));
		const found = [...context.keeper.installation.keys].find(([, known]) => equal(known, digest));
		if (found === undefined) throw new HeadgateError("key.refused", "the control API needs a valid key");
		c.set("actor", { kind: "key", id: found[0] });
		await next();
	};
}

export function requireBusToken(token: string): MiddlewareHandler<ControlEnvironment> {
	const expected = sha256(token);
	return async (c, next) => {
		if (!equal(sha256(bearer(c.req.header("authorization"))), expected)) {
			throw new HeadgateError("key.refused", "the bus needs the token that `headgate up` gave its gateways");
		}
		await next();
	};
}

function bearer(header: string | undefined): string {
	return header?.startsWith("Bearer ") === true ? header.slice("Bearer ".length) : "";
}

function sha256(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}

function equal(a: string, b: string): boolean {
	return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
