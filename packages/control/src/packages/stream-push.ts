import { HeadgateError } from "@headgate/protocol";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { stream } from "hono/streaming";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { errorBody, statusFor } from "../api/errors.ts";
import type { PushedPackage, PushOptions, PushProgress } from "./ports.ts";
import { pushPackage } from "./push-package.ts";

export const PUSH_RESPONSES = {
	200: {
		description: "NDJSON: {type: progress | result | error}",
		content: { "application/x-ndjson": { schema: z.string() } },
	},
};

/** Answers a push with lines of progress and a last line, the result or the refusal with its status and exit code; ends with its caller. */
export function streamPush(
	c: Context<ControlEnvironment>,
	context: ControlContext,
	bring: (options: PushOptions) => Promise<PushedPackage>,
): Response {
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
			const pushed = await pushPackage(context.keeper, () => bring({ onProgress, signal: gone.signal }), actor);
			await write({ type: "result", ...pushed });
		} catch (error) {
			const exit = error instanceof HeadgateError ? error.row.exit : 3;
			await write({ type: "error", ...errorBody(error), status: statusFor(error), exit });
		}
	});
}
