import { z } from "zod";

const name = z
	.string()
	.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
	.describe("1 to 63 of a-z, 0-9 and -, with no - at either end");
const duration = z
	.string()
	.regex(/^\s*\d+(\.\d+)?(ms|s|m|h|d|w)\s*$/)
	.describe("a duration: 250ms, 90s, 5m, 24h, 3d, 1w");
const percent = z
	.string()
	.regex(/^\s*\d+(\.\d+)?\s?%\s*$/)
	.describe("a share in percent: 10%");
const limit = z.union([z.number(), percent]);
const json = z.json();

const stageKinds = [
	"validate",
	"evaluate",
	"shadow",
	"canary",
	"split",
	"cohort",
	"switch",
	"approve",
	"promote",
	"watch",
] as const;
const stage = z.union([z.enum(stageKinds), z.partialRecord(z.enum(stageKinds), z.record(z.string(), json).nullable())]);

/**
 * The raw form of endpoint.yaml: its keys and the types of their values. For editors and API descriptions: whether a
 * configuration is taken, and why not, core's parser alone decides, and it looks closer.
 */
export const endpointFile = z.strictObject({
	endpoint: name.describe("the stable name clients call"),
	model: name.describe("the model whose versions it serves"),
	owner: z.strictObject({ team: z.string().min(1), contact: z.string().min(1), oncall: z.string().min(1).nullish() }),
	risk: z
		.strictObject({
			stakes: json.optional(),
			reversible: json.optional(),
			detection: json.optional(),
			cost_of_delay: json.optional(),
			label_delay: json.optional(),
			regulated: json.optional(),
			flags: json.optional(),
		})
		.nullish(),
	plan: z
		.union([z.string(), z.array(stage)])
		.nullish()
		.describe("a built-in plan's name, or stages; left out: canary"),
	automation: z.enum(["manual", "assisted", "automatic"]).nullish(),
	objectives: z
		.record(z.string(), z.union([duration, percent, z.strictObject({ min: limit }), z.strictObject({ max: limit })]))
		.nullish(),
	business_metrics: z
		.record(z.string(), z.strictObject({ kind: json.optional(), direction: json.optional(), primary: json.optional() }))
		.nullish(),
	evaluation: z
		.strictObject({
			holdout: json.optional(),
			label: json.optional(),
			primary: json.optional(),
			slices: json.optional(),
			protected: json.optional(),
			load: json.optional(),
		})
		.nullish(),
	checks: z
		.strictObject({
			off: z.array(z.string()).nullish().describe("checks turned off by name"),
			evaluation_age: duration.nullish().describe("how old an evaluation report may be at a deploy, from 1d on"),
		})
		.nullish()
		.describe("what of the checks does not hold here"),
	timeout: duration.nullish().describe("a prediction that takes longer is a failure; left out: 1s"),
	fallback: z.array(json).nullish(),
	output_limits: z
		.record(z.string(), z.tuple([z.number(), z.number()]))
		.nullish()
		.describe("by output field: the lowest and the highest answer"),
	sticky: z
		.array(z.string().regex(/^\s*(header|input):/))
		.nullish()
		.describe("header:NAME or input:FIELD, the first that is present"),
	keep_warm: duration.nullish().describe("how long the previous champion stays loaded; left out: 72h"),
});

export type EndpointFile = z.infer<typeof endpointFile>;

/** The same as JSON Schema 2020-12, for editors. */
export function endpointFileJsonSchema(): Record<string, unknown> {
	return z.toJSONSchema(endpointFile, { io: "input", unrepresentable: "any" });
}
