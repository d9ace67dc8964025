import { nameOf } from "@headgate/core/rollout";
import { z } from "@hono/zod-openapi";
import type { ControlContext } from "../api/context.ts";
import type { EndpointRecord } from "../installation/installation.ts";

export const armTrafficSchema = z.object({
	version: z.string(),
	role: z.string(),
	weightPercent: z.number(),
	requestsPerSecond: z.number(),
	failedShare: z.number(),
	p50Us: z.number().nullable(),
	p95Us: z.number().nullable(),
	p99Us: z.number().nullable(),
});

export const endpointSchema = z
	.object({
		name: z.string(),
		model: z.string(),
		configuration: z.string(),
		champion: z.string().nullable(),
		previous: z.string().nullable(),
		rollout: z.string().nullable(),
		arms: z.array(armTrafficSchema),
	})
	.openapi("Endpoint");

const TRAFFIC_SECONDS = 10;

/** An endpoint as people see it: who answers, with what share, and how the last seconds went. */
export function describeEndpoint(context: ControlContext, record: EndpointRecord): z.infer<typeof endpointSchema> {
	const { installation } = context.keeper;
	const traffic = new Map(context.traffic.of(record.name, TRAFFIC_SECONDS).map((arm) => [arm.key, arm]));
	const arms = (installation.table.endpoints[record.name]?.arms ?? []).map((arm) => {
		const { requestsPerSecond = 0, failedShare = 0, p50Us = null, p95Us = null, p99Us = null } = traffic.get(arm.key) ?? {};
		const { version, role, weightPercent } = arm;
		return { version, role, weightPercent, requestsPerSecond, failedShare, p50Us, p95Us, p99Us };
	});
	const { champion, previous } = record.serving;
	return {
		name: record.name,
		model: record.config.model,
		configuration: record.configDigest,
		champion: champion === null ? null : nameOf(champion),
		previous: previous === null ? null : nameOf(previous),
		rollout: installation.activeRollout(record.name)?.id ?? null,
		arms,
	};
}
