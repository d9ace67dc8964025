import { appliedSchema, HeadgateError, helloSchema, windowsSchema } from "@headgate/protocol";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { stream } from "hono/streaming";
import type { z } from "zod";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { receiveWindows } from "./receive-windows.ts";

/** The bus over HTTP: what gateways send, and the stream of tables they listen to. */
export function busRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	const { fleet } = context;
	app.post("/bus/hello", async (c) => c.json(fleet.hello(await body(c, helloSchema))));
	app.post("/bus/windows", async (c) => c.json({ acknowledged: await receiveWindows(context, await body(c, windowsSchema)) }));
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
			const disconnect = fleet.connect(gateway, boot, (line) => void out.write(`${JSON.stringify(line)}\n`));
			if (disconnect === null) return;
			await over;
			disconnect();
		});
	});
}

async function body<T extends z.ZodType>(c: Context, schema: T): Promise<z.infer<T>> {
	const parsed = schema.safeParse(await c.req.json().catch(() => null));
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	throw new HeadgateError("bus.message-invalid", issue?.message ?? "not a bus message", { path: issue?.path.join(".") ?? "" });
}
