import { HeadgateError } from "@headgate/protocol";
import { OpenAPIHono } from "@hono/zod-openapi";
import { auditRoutes } from "../audit/routes.ts";
import { endpointRoutes } from "../endpoints/routes.ts";
import { busRoutes } from "../gateways/bus-routes.ts";
import { outcomeRoutes } from "../outcomes/routes.ts";
import { packageRoutes } from "../packages/routes.ts";
import { UPLOAD_PART } from "../packages/upload-routes.ts";
import { rolloutRoutes } from "../rollouts/routes.ts";
import { statusRoutes } from "../status/routes.ts";
import type { ControlContext, ControlEnvironment } from "./context.ts";
import { errorBody, firstIssue, statusFor } from "./errors.ts";
import { limitBody } from "./limit-body.ts";
import { requireBusToken, requireKey } from "./require-key.ts";

/** A batch of windows may be long after control was away. */
const LONGEST_BODY_BYTES = { api: 8 * 1024 * 1024, bus: 64 * 1024 * 1024 };

/** The control API: `/api/v1/...` for people and tools (always with a key) and `/bus/...` for gateways (with the bus token). */
export function createControlApp(context: ControlContext, busToken: string): OpenAPIHono<ControlEnvironment> {
	const app = new OpenAPIHono<ControlEnvironment>({
		defaultHook: (result) => {
			if (result.success) return;
			throw firstIssue("request.invalid", result.error);
		},
	});
	app.onError((error, c) => c.json(errorBody(error), statusFor(error)));
	app.notFound((c) => c.json(errorBody(new HeadgateError("request.not-found", `there is nothing at ${c.req.path}`)), 404));
	app.use("/api/*", requireKey(context), limitBody(LONGEST_BODY_BYTES.api, UPLOAD_PART));
	app.use("/bus/*", requireBusToken(busToken), limitBody(LONGEST_BODY_BYTES.bus));
	statusRoutes(app, context);
	packageRoutes(app, context);
	endpointRoutes(app, context);
	rolloutRoutes(app, context);
	outcomeRoutes(app, context);
	auditRoutes(app, context);
	busRoutes(app, context);
	app.doc("/api/v1/openapi.json", { openapi: "3.1.0", info: { title: "Headgate control", version: "1" } });
	return app;
}
