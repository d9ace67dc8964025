import { HeadgateError } from "@headgate/protocol";
import { OpenAPIHono } from "@hono/zod-openapi";
import { auditRoutes } from "../audit/routes.ts";
import { endpointRoutes } from "../endpoints/routes.ts";
import { busRoutes } from "../gateways/bus-routes.ts";
import { packageRoutes } from "../packages/routes.ts";
import { rolloutRoutes } from "../rollouts/routes.ts";
import { statusRoutes } from "../status/routes.ts";
import type { ControlContext, ControlEnvironment } from "./context.ts";
import { errorBody, statusFor } from "./errors.ts";
import { requireBusToken, requireKey } from "./require-key.ts";

/** The control API: `/api/v1/...` for people and tools (always with a key) and `/bus/...` for gateways (with the bus token). */
export function createControlApp(context: ControlContext, busToken: string): OpenAPIHono<ControlEnvironment> {
	const app = new OpenAPIHono<ControlEnvironment>({
		defaultHook: (result) => {
			if (result.success) return;
			const issue = result.error.issues[0];
			const path = issue?.path.join(".") ?? "";
			throw new HeadgateError("request.invalid", `${issue?.message ?? "the request is not valid"}`, { path });
		},
	});
	app.onError((error, c) => c.json(errorBody(error), statusFor(error)));
	app.notFound((c) => c.json(errorBody(new HeadgateError("request.not-found", `there is nothing at ${c.req.path}`)), 404));
	app.use("/api/*", requireKey(context));
	app.use("/bus/*", requireBusToken(busToken));
	statusRoutes(app, context);
	packageRoutes(app, context);
	endpointRoutes(app, context);
	rolloutRoutes(app, context);
	auditRoutes(app, context);
	busRoutes(app, context);
	app.doc("/api/v1/openapi.json", { openapi: "3.1.0", info: { title: "Headgate control", version: "1" } });
	return app;
}
