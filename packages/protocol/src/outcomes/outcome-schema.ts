import { z } from "zod";

/** Most outcomes in one message; a file is sent in parts. */
export const MAX_OUTCOMES = 5_000;

const scalar = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);

/** One thing that became known of one prediction: the true answer, or a value of a business metric. */
export const outcomeSchema = z.union([
	z.strictObject({ prediction_id: z.string().max(128), label: scalar }),
	z.strictObject({
		prediction_id: z.string().max(128),
		metric: z.string().min(1).max(64),
		value: z.union([z.number(), z.boolean()]),
	}),
]);

export const outcomesSchema = z.strictObject({ outcomes: z.array(outcomeSchema).min(1).max(MAX_OUTCOMES) });

/** What became of the outcomes of one message. Each of them is counted under exactly one word. */
export const outcomesReplySchema = z.strictObject({
	/** New, and on disk. */
	accepted: z.int().min(0),
	/** Known already; a repeat changes nothing. */
	repeated: z.int().min(0),
	/** Not taken: by their place in the message, with the reason. */
	refused: z.array(z.strictObject({ index: z.int().min(0), code: z.string(), message: z.string() })),
});

export type Outcome = z.infer<typeof outcomeSchema>;
export type OutcomesMessage = z.infer<typeof outcomesSchema>;
export type OutcomesReply = z.infer<typeof outcomesReplySchema>;
