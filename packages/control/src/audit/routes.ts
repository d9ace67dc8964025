import { requireHead } from "@headgate/protocol";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { answers } from "../api/schemas.ts";

const verify = createRoute({
	method: "get",
	path: "/api/v1/audit/verify",
	summary: "Walk the journal's hash chain; with head=SEQ:HASH also find a cut-off tail",
	request: { query: z.object({ head: z.string().optional() }) },
	responses: answers("what was found", z.record(z.string(), z.unknown())),
});

const events = createRoute({
	method: "get",
	path: "/api/v1/events",
	summary: "The journal as server-sent events, from `from` on and then live",
	request: { query: z.object({ from: z.coerce.number().int().min(1).default(1) }) },
	responses: { 200: { description: "one event a message", content: { "text/event-stream": { schema: z.string() } } } },
});

export function auditRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	const { keeper } = context;
	app.openapi(verify, async (c) => {
		const { head } = c.req.valid("query");
		const report = await keeper.journal.verify(head === undefined ? undefined : requireHead(head));
		return c.json({ ...report } as Record<string, unknown>, 200);
	});
	app.openapi(events, (c) => {
		const { from } = c.req.valid("query");
		// What a browser sends when it connects again: the last event it has seen.
		const seen = Number(c.req.header("last-event-id"));
		return streamSSE(c, async (out) => {
			let next = Number.isInteger(seen) && seen >= 1 ? seen + 1 : from;
			const send = async () => {
				for await (const event of keeper.journal.read({ from: next })) {
					if (out.aborted) return;
					await out.writeSSE({ id: String(event.seq), event: event.type, data: JSON.stringify(event) });
					next = event.seq + 1;
				}
			};
			let wake = () => {};
			const stop = keeper.onEvent(() => wake());
			out.onAbort(() => {
				stop();
				wake();
			});
			try {
				while (!out.aborted) {
					// Made before reading: what is written while the journal is read wakes the wait after it.
					const woken = new Promise<void>((resolve) => {
						wake = resolve;
					});
					await send();
					await woken;
				}
			} finally {
				stop();
			}
		}) as never;
	});
}
