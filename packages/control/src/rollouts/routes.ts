import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { answers, idParameter, jsonBody } from "../api/schemas.ts";
import { command } from "./commands.ts";
import { describeRollout, requireRollout, rolloutSchema } from "./describe-rollout.ts";
import { streamOf } from "./rollout-store.ts";

const list = createRoute({
	method: "get",
	path: "/api/v1/rollouts",
	summary: "Every rollout, oldest first",
	responses: answers("rollouts", z.object({ rollouts: z.array(rolloutSchema) })),
});

const show = createRoute({
	method: "get",
	path: "/api/v1/rollouts/{id}",
	summary: "One rollout with its verdicts",
	request: { params: idParameter },
	responses: answers("the rollout", rolloutSchema),
});

const events = createRoute({
	method: "get",
	path: "/api/v1/rollouts/{id}/events",
	summary: "What happened in a rollout: its events of the journal",
	request: { params: idParameter },
	responses: answers("events, oldest first", z.object({ events: z.array(z.record(z.string(), z.unknown())) })),
});

const COMMANDS = {
	promote: { type: "Promote", summary: "Skip the holds and promote; never past a gate that fails" },
	pause: { type: "Pause", summary: "Stay at this weight until resumed; gates still roll back" },
	resume: { type: "Resume", summary: "Carry on; the stage's hold begins again" },
} as const;

export function rolloutRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	app.openapi(list, (c) => {
		const rollouts = [...context.keeper.installation.rollouts.keys()].map((id) => describeRollout(context, id));
		return c.json({ rollouts }, 200);
	});
	app.openapi(show, (c) => c.json(describeRollout(context, c.req.valid("param").id), 200));
	app.openapi(events, async (c) => {
		const { id } = c.req.valid("param");
		requireRollout(context, id);
		const found: Record<string, unknown>[] = [];
		for await (const event of context.keeper.journal.readStream(streamOf(id))) found.push({ ...event });
		return c.json({ events: found }, 200);
	});
	for (const [name, { type, summary }] of Object.entries(COMMANDS)) {
		const route = createRoute({
			method: "post",
			path: `/api/v1/rollouts/{id}/${name}`,
			summary,
			request: { params: idParameter, body: jsonBody(z.object({ reason: z.string().max(1_000) })) },
			responses: answers("the rollout", rolloutSchema),
		});
		app.openapi(route, async (c) => {
			const { reason } = c.req.valid("json");
			const state = await command(context.keeper, context.rollouts, c.req.valid("param").id, { type, reason }, c.get("actor"));
			context.nudge();
			return c.json(describeRollout(context, state.id), 200);
		});
	}
}
