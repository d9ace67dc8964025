import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { answers, jsonBody, nameParameter } from "../api/schemas.ts";
import { rollBack } from "../rollouts/commands.ts";
import { deploy } from "../rollouts/deploy.ts";
import { describeRollout, rolloutSchema } from "../rollouts/describe-rollout.ts";
import { applyEndpoint } from "./apply-endpoint.ts";
import { describeEndpoint, endpointSchema } from "./describe-endpoint.ts";

const list = createRoute({
	method: "get",
	path: "/api/v1/endpoints",
	summary: "Every endpoint with who serves it",
	responses: answers("endpoints", z.object({ endpoints: z.array(endpointSchema) })),
});

const apply = createRoute({
	method: "put",
	path: "/api/v1/endpoints",
	summary: "Create or change an endpoint's configuration (endpoint.yaml as JSON)",
	request: { body: jsonBody(z.object({ endpoint: z.unknown() })) },
	responses: answers(
		"what was applied",
		z.object({ endpoint: z.string(), digest: z.string(), changed: z.boolean(), notices: z.array(z.string()) }),
	),
});

const start = createRoute({
	method: "post",
	path: "/api/v1/endpoints/{name}/deploy",
	summary: "Start a rollout of a pushed version; answers when it is accepted",
	request: {
		params: nameParameter,
		body: jsonBody(
			z.object({
				version: z.string().min(1),
				plan: z.unknown().optional(),
				reason: z.string().max(1_000).optional(),
				acceptQuarantined: z.string().max(1_000).optional(),
			}),
		),
	},
	responses: answers("the rollout", rolloutSchema),
});

const back = createRoute({
	method: "post",
	path: "/api/v1/endpoints/{name}/rollback",
	summary: "Go back to the version before; answers when every gateway has switched or its lease has run out",
	request: { params: nameParameter, body: jsonBody(z.object({ reason: z.string().max(1_000) })) },
	responses: answers("the rollout, rolled back", rolloutSchema),
});

export function endpointRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	const { keeper, rollouts } = context;
	app.openapi(list, (c) => {
		const endpoints = [...keeper.installation.endpoints.values()].map((record) => describeEndpoint(context, record));
		return c.json({ endpoints }, 200);
	});
	app.openapi(apply, async (c) => {
		return c.json(await applyEndpoint(keeper, context.packages, c.req.valid("json").endpoint, c.get("actor")), 200);
	});
	app.openapi(start, async (c) => {
		const { version, plan, reason, acceptQuarantined } = c.req.valid("json");
		const request = {
			endpoint: c.req.valid("param").name,
			version,
			...(plan === undefined ? {} : { plan }),
			...(reason === undefined ? {} : { reason }),
			...(acceptQuarantined === undefined ? {} : { acceptQuarantined }),
		};
		const id = await deploy(keeper, rollouts, request, c.get("actor"));
		context.nudge();
		return c.json(describeRollout(context, id), 200);
	});
	app.openapi(back, async (c) => {
		const state = await rollBack(keeper, rollouts, c.req.valid("param").name, c.req.valid("json").reason, c.get("actor"));
		return c.json(describeRollout(context, state.id), 200);
	});
}
