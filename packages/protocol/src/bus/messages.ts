import { z } from "zod";

const count = z.int().min(0);
const armRole = z.enum(["champion", "challenger", "previous"]);

export const thresholdsSchema = z.strictObject({
	id: z.string(),
	latencyUs: z.array(z.number().positive()).max(8),
});

export const windowSchema = z.strictObject({
	v: z.literal(1),
	gateway: z.string().min(1).max(64),
	boot: z.string().min(1).max(64),
	sequence: count,
	second: count,
	table: z.strictObject({ epoch: count, revision: count }),
	thresholds: z.string(),
	endpoint: z.string(),
	arms: z.record(
		z.string(),
		z.strictObject({
			role: armRole,
			n: count,
			failed: z.strictObject({ runtime: count, timeout: count, output: count, reset: count }),
			over: z.array(count).max(8),
			latency: z.array(z.tuple([z.int(), count])),
			users: z.array(count).length(64).optional(),
		}),
	),
	excluded: z.strictObject({
		invalid: count,
		unauthorised: count,
		limited: count,
		shed: count,
		clientGone: count,
		repeat: count,
	}),
	split: z.number().min(0).max(1).nullable().optional(),
	dropped: count,
});

const servingConfigurationSchema = z.strictObject({
	digest: z.string(),
	timeoutMs: z.number().positive(),
	outputLimits: z.record(z.string(), z.tuple([z.number(), z.number()])),
	sticky: z.array(z.string()),
	labelOutput: z.string().optional(),
});

const armRouteSchema = z.strictObject({
	key: z.string(),
	role: armRole,
	packageDigest: z.string(),
	model: z.string(),
	version: z.string(),
	weightPercent: z.number().min(0).max(100),
	trial: z.boolean(),
	placement: z.enum(["worker", "loop"]),
	configuration: servingConfigurationSchema,
});

export const routeTableSchema = z.strictObject({
	epoch: count,
	revision: count,
	endpoints: z.record(
		z.string(),
		z.strictObject({
			endpoint: z.string(),
			rollout: z.string().nullable(),
			arms: z.array(armRouteSchema).min(1),
			thresholds: thresholdsSchema,
		}),
	),
});

/** gateway -> control, once per connection. Clocks are milliseconds since the epoch. */
export const helloSchema = z.strictObject({
	gateway: z.string().min(1).max(64),
	boot: z.string().min(1).max(64),
	build: z.string(),
	clock: z.number(),
	table: z.strictObject({ epoch: count, revision: count }),
	pid: count,
});

/** control -> gateway, the answer to hello. `stickySecret` is hex; `packages` is the folder of the package store. */
export const helloReplySchema = z.strictObject({
	table: routeTableSchema,
	leaseMs: z.number().positive(),
	trialUntil: z.number(),
	controlClock: z.number(),
	stickySecret: z.string(),
});

/** gateway -> control: closed windows, oldest first. The answer acknowledges (boot, sequence) pairs up to and including. */
export const windowsSchema = z.strictObject({ gateway: z.string(), windows: z.array(windowSchema).max(10_000) });
export const windowsReplySchema = z.strictObject({ acknowledged: z.record(z.string(), count) });

export const armStatusSchema = z.union([
	z.strictObject({ state: z.literal("ready") }),
	z.strictObject({ state: z.literal("warming") }),
	z.strictObject({ state: z.literal("failed"), reason: z.string() }),
]);

/** gateway -> control, after each table taken and whenever an arm changes state. `breakers`: arm keys sent home by the crash breaker. */
export const appliedSchema = z.strictObject({
	gateway: z.string(),
	boot: z.string(),
	epoch: count,
	revision: count,
	arms: z.record(z.string(), armStatusSchema),
	breakers: z.array(z.string()),
	/** Rollbacks done on the gateway's host without control, until a newer table comes. `to`: the arm that answers everything. */
	overrides: z.array(z.strictObject({ endpoint: z.string(), epoch: count, revision: count, to: z.string() })).optional(),
	memoryBytes: count,
});

/** control -> gateway, one line of the stream: the whole table when it changed, else a heartbeat. */
export const tableLineSchema = z.union([
	z.strictObject({ kind: z.literal("table"), table: routeTableSchema, trialUntil: z.number(), controlClock: z.number() }),
	z.strictObject({
		kind: z.literal("heartbeat"),
		epoch: count,
		revision: count,
		trialUntil: z.number(),
		controlClock: z.number(),
	}),
]);

export type Hello = z.infer<typeof helloSchema>;
export type HelloReply = z.infer<typeof helloReplySchema>;
export type WindowsMessage = z.infer<typeof windowsSchema>;
export type WindowsReply = z.infer<typeof windowsReplySchema>;
export type ArmStatus = z.infer<typeof armStatusSchema>;
export type Applied = z.infer<typeof appliedSchema>;
export type TableLine = z.infer<typeof tableLineSchema>;
export type WireRouteTable = z.infer<typeof routeTableSchema>;
export type WireWindow = z.infer<typeof windowSchema>;
