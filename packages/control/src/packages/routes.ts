import { HeadgateError } from "@headgate/protocol";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { errorBody } from "../api/errors.ts";
import { answers, jsonBody } from "../api/schemas.ts";
import type { PushProgress } from "./ports.ts";
import { pushPackage } from "./push-package.ts";

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
	summary: "Push a package folder on this machine; answers with lines of progress and a last line with the result",
	request: { body: jsonBody(z.object({ folder: z.string().min(1) })) },
	responses: {
		200: {
			description: "NDJSON: {type: progress | result | error}",
			content: { "application/x-ndjson": { schema: z.string() } },
		},
	},
});

export function packageRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	app.openapi(list, (c) => c.json({ packages: [...context.keeper.installation.packages.values()] }, 200));
	app.openapi(push, (c) => {
		const { folder } = c.req.valid("json");
		const actor = c.get("actor");
		c.header("content-type", "application/x-ndjson");
		return stream(c, async (out) => {
			const gone = new AbortController();
			out.onAbort(() => gone.abort());
			const write = (line: unknown) => out.write(`${JSON.stringify(line)}\n`);
			// A reader that is slower than the disk misses some progress; nothing piles up for it.
			let writing = false;
			const onProgress = (progress: PushProgress) => {
				if (writing) return;
				writing = true;
				void write({ type: "progress", ...progress }).then(() => {
					writing = false;
				});
			};
			try {
				const options = { onProgress, signal: gone.signal };
				const pushed = await pushPackage(context.keeper, context.packages, folder, actor, options);
				await write({ type: "result", ...pushed });
			} catch (error) {
				await write({ type: "error", ...errorBody(error), exit: error instanceof HeadgateError ? error.row.exit : 3 });
			}
		}) as never;
	});
}
