import { outcomesReplySchema, outcomesSchema } from "@headgate/protocol";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { answers, jsonBody } from "../api/schemas.ts";

const take = createRoute({
	method: "post",
	path: "/api/v1/outcomes",
	summary: "What became known of predictions: labels and values of business metrics, by prediction id",
	request: { body: jsonBody(outcomesSchema) },
	responses: answers("what became of each", outcomesReplySchema),
});

export function outcomeRoutes(app: OpenAPIHono<ControlEnvironment>, { outcomes }: ControlContext): void {
	app.openapi(take, async (c) => c.json(await outcomes.take(c.req.valid("json")), 200));
}
