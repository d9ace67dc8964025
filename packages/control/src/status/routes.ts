import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { answers } from "../api/schemas.ts";
import { describeEndpoint, endpointSchema } from "../endpoints/describe-endpoint.ts";
import { describeRollout, rolloutSchema } from "../rollouts/describe-rollout.ts";

const gatewaySchema = z.object({
	id: z.string(),
	pid: z.number(),
	revision: z.number(),
	leaseMs: z.number(),
	skewMs: z.number(),
	memoryBytes: z.number(),
	arms: z.record(z.string(), z.unknown()),
	connected: z.boolean(),
});

const status = createRoute({
	method: "get",
	path: "/api/v1/status",
	summary: "Gateways, endpoints and the rollouts in progress",
	responses: answers(
		"how things stand",
		z.object({
			epoch: z.number(),
			revision: z.number(),
			head: z.string(),
			gateways: z.array(gatewaySchema),
			endpoints: z.array(endpointSchema),
			rollouts: z.array(rolloutSchema),
			warnings: z.array(z.string()),
		}),
	),
});

export function statusRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	const { keeper, fleet, clock } = context;
	app.openapi(status, (c) => {
		const { installation, journal } = keeper;
		const head = journal.head();
		const gateways = [...fleet.gateways.values()].map(
			({ id, pid, revision, leaseUntilMs, skewMs, memoryBytes, arms, stream }) => ({
				id,
				pid,
				revision,
				leaseMs: Math.max(0, leaseUntilMs - clock()),
				skewMs,
				memoryBytes,
				arms: { ...arms },
				connected: stream !== null,
			}),
		);
		const endpoints = [...installation.endpoints.values()].map((record) => describeEndpoint(context, record));
		const newest = [...installation.endpoints.values()].map((record) => record.rollout).filter((id) => id !== null);
		const excluded = fleet.excluded();
		const warnings = fleet.skewWarnings().map((id) => {
			return excluded.includes(id)
				? `the clock of ${id} is more than 2 s off: what it reports is not judged`
				: `the clock of ${id} is more than 500 ms off`;
		});
		const { epoch, revision } = installation.table;
		const rollouts = newest.map((id) => describeRollout(context, id));
		return c.json({ epoch, revision, head: `${head.seq}:${head.hash}`, gateways, endpoints, rollouts, warnings }, 200);
	});
}
