import { z } from "@hono/zod-openapi";

export const errorSchema = z
	.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string(), path: z.string().optional() }) })
	.openapi("Error");

/** A JSON answer and the error that may come instead. */
export function answers<T extends z.ZodType>(description: string, schema: T) {
	return {
		200: { description, content: { "application/json": { schema } } },
		default: { description: "what went wrong and what to do", content: { "application/json": { schema: errorSchema } } },
	};
}

export function jsonBody<T extends z.ZodType>(schema: T) {
	return { required: true, content: { "application/json": { schema } } };
}

export const nameParameter = z.object({
	name: z
		.string()
		.min(1)
		.max(64)
		.openapi({ param: { name: "name", in: "path" } }),
});
export const idParameter = z.object({
	id: z
		.string()
		.min(1)
		.max(128)
		.openapi({ param: { name: "id", in: "path" } }),
});
