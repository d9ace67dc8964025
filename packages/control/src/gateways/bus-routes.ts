import { appliedSchema, HeadgateError, helloSchema, outcomesSchema, windowsSchema } from "@headgate/protocol";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { stream } from "hono/streaming";
import type { z } from "zod";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { firstIssue } from "../api/errors.ts";
import { receiveWindows } from "./receive-windows.ts";

const MAX_UNREAD_LINES = 64;

/** The bus over HTTP: what gateways send, and the stream of tables they listen to. */
export function busRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	const { fleet } = context;
	app.post("/bus/hello", async (c) => c.json(fleet.hello(await body(c, helloSchema))));
	app.post("/bus/windows", async (c) => c.json({ acknowledged: await receiveWindows(context, await body(c, windowsSchema)) }));
	app.post("/bus/outcomes", async (c) => c.json(await context.outcomes.take(await body(c, outcomesSchema))));
	app.post("/bus/applied", async (c) => {
		const message = await body(c, appliedSchema);
		if (!fleet.applied(message))
			throw new HeadgateError("bus.unknown-gateway", `${message.gateway} has not said hello to this control process`);
		context.nudge();
		return c.json({});
	});
	app.get("/bus/tables", (c) => {
		const gateway = c.req.query("gateway") ?? "";
		const boot = c.req.query("boot") ?? "";
		return stream(c, async (out) => {
			const over = new Promise<void>((resolve) => out.onAbort(resolve));
			let unread = 0;
			const disconnect = fleet.connect(gateway, boot, (line) => {
				// A gateway that reads nothing any more is cut off: lines must not pile up for it, and it gets the table when it is back.
				if (unread >= MAX_UNREAD_LINES) return out.abort();
				unread++;
				void out.write(`${JSON.stringify(line)}\n`).then(() => {
					unread--;
				});
			});
			if (disconnect === null) return;
			await over;
			disconnect();
		});
	});
}

async function body<T extends z.ZodType>(c: Context, schema: T): Promise<z.infer<T>> {
	const parsed = schema.safeParse(await c.req.json().catch(() => null));
	if (parsed.success) return parsed.data;
	throw firstIssue("bus.message-invalid", parsed.error);
}
