import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { answers, jsonBody } from "../api/schemas.ts";
import { PUSH_RESPONSES, streamPush } from "./stream-push.ts";
import { uploadRoutes } from "./upload-routes.ts";

const packageSchema = z
	.object({
		digest: z.string(),
		name: z.string(),
		version: z.string(),
		owner: z.string(),
		bytes: z.number(),
		pushedAtMs: z.number(),
		quarantined: z.string().nullable(),
	})
	.openapi("Package");

const list = createRoute({
	method: "get",
	path: "/api/v1/packages",
	summary: "Every pushed package",
	responses: answers("packages, oldest first", z.object({ packages: z.array(packageSchema) })),
});

const push = createRoute({
	method: "post",
	path: "/api/v1/packages",
	summary: "Push a package folder or an archive on this machine; answers with lines of progress and a last line with the result",
	request: { body: jsonBody(z.object({ folder: z.string().min(1) })) },
	responses: PUSH_RESPONSES,
});

export function packageRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	app.openapi(list, (c) => c.json({ packages: [...context.keeper.installation.packages.values()] }, 200));
	app.openapi(push, (c) => {
		const { folder } = c.req.valid("json");
		return streamPush(c, context, (options) => context.packages.push(folder, options)) as never;
	});
	uploadRoutes(app, context);
}
