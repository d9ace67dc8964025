import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ControlContext, ControlEnvironment } from "../api/context.ts";
import { answers, errorSchema, idParameter, jsonBody } from "../api/schemas.ts";
import { readDigest } from "./read-digest.ts";
import { PUSH_RESPONSES, streamPush } from "./stream-push.ts";

/** Bodies of these are streamed to the disk. */
export const UPLOAD_PART = /^\/api\/v1\/uploads\/[^/]+\/files\/[^/]+$/;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const size = z.number().int().min(0);
const claimSchema = z
	.union([
		z.object({
			files: z.array(z.object({ path: z.string(), size, sha256 })),
			packageDigest: z.string().optional(),
		}),
		z.object({ archive: z.object({ name: z.string(), size, sha256 }) }),
	])
	.openapi("UploadClaim");
const statusSchema = z
	.object({
		id: z.string(),
		files: z.array(z.object({ index: z.number(), path: z.string(), size: z.number(), offset: z.number() })),
		expiresAtMs: z.number(),
	})
	.openapi("Upload");
const fileParameters = idParameter.extend({
	index: z
		.string()
		.regex(/^\d{1,5}$/)
		.openapi({ param: { name: "index", in: "path" } }),
});
const error = {
	default: { description: "what went wrong and what to do", content: { "application/json": { schema: errorSchema } } },
};
const offsets = { description: "Upload-Offset: bytes that have arrived; Upload-Complete: ?1 when that is all" };

const begin = createRoute({
	method: "post",
	path: "/api/v1/uploads",
	summary: "Begin an upload of a package, or find the one of the same content",
	request: { body: jsonBody(claimSchema) },
	responses: answers("the upload, and what has arrived of each file", statusSchema),
});

const status = createRoute({
	method: "get",
	path: "/api/v1/uploads/{id}",
	summary: "What has arrived of an upload",
	request: { params: idParameter },
	responses: answers("the upload, and what has arrived of each file", statusSchema),
});

const offset = createRoute({
	method: "get",
	path: "/api/v1/uploads/{id}/files/{index}",
	summary: "What has arrived of one file of an upload, in headers (HEAD does as well)",
	request: { params: fileParameters },
	responses: { 204: offsets, ...error },
});

const append = createRoute({
	method: "patch",
	path: "/api/v1/uploads/{id}/files/{index}",
	summary: "Add bytes to a file of an upload, from Upload-Offset on; Content-Digest is verified",
	request: {
		params: fileParameters,
		headers: z.object({
			"upload-offset": z.string().regex(/^\d{1,15}$/, "Upload-Offset: where these bytes begin"),
			"content-digest": z.string().max(1_000).optional(),
			"repr-digest": z.string().max(1_000).optional(),
		}),
		body: { content: { "application/partial-upload": { schema: z.string().openapi({ format: "binary" }) } } },
	},
	responses: { 204: offsets, ...error },
});

const finish = createRoute({
	method: "post",
	path: "/api/v1/uploads/{id}/finish",
	summary: "Check an upload that is whole and take it into the store; answers as a push does",
	request: { params: idParameter },
	responses: PUSH_RESPONSES,
});

const discard = createRoute({
	method: "delete",
	path: "/api/v1/uploads/{id}",
	summary: "Give an upload up",
	request: { params: idParameter },
	responses: { 204: { description: "it is gone" }, ...error },
});

/** Packages that arrive in parts, in the words of the IETF draft on resumable uploads (draft-ietf-httpbis-resumable-upload). */
export function uploadRoutes(app: OpenAPIHono<ControlEnvironment>, context: ControlContext): void {
	const { uploads } = context.packages;
	app.openapi(begin, async (c) => c.json(shown(await uploads.begin(c.req.valid("json"))), 200));
	app.openapi(status, async (c) => c.json(shown(await uploads.status(c.req.valid("param").id)), 200));
	app.openapi(offset, async (c) => {
		const { id, index } = c.req.valid("param");
		const { files } = await uploads.status(id);
		const file = files[Number(index)];
		if (file === undefined) return c.notFound() as never;
		return c.body(null, 204, headersOf(file.offset, file.size));
	});
	app.openapi(append, async (c) => {
		const { id, index } = c.req.valid("param");
		const headers = c.req.valid("header");
		const body = (c.req.raw.body ?? new Blob([]).stream()) as unknown as AsyncIterable<Uint8Array>;
		const taken = await uploads.append(id, Number(index), {
			offset: Number(headers["upload-offset"]),
			body,
			sha256: readDigest("Content-Digest", headers["content-digest"]),
			wholeSha256: readDigest("Repr-Digest", headers["repr-digest"]),
		});
		return c.body(null, 204, headersOf(taken.offset, taken.size));
	});
	app.openapi(finish, async (c) => {
		const { id } = c.req.valid("param");
		// What is missing is said with a status of its own, before the stream begins.
		await uploads.requireWhole(id);
		return streamPush(c, context, (options) => uploads.finish(id, options)) as never;
	});
	app.openapi(discard, async (c) => {
		await uploads.discard(c.req.valid("param").id);
		return c.body(null, 204);
	});
}

function shown({ id, files, expiresAtMs }: Awaited<ReturnType<ControlContext["packages"]["uploads"]["status"]>>) {
	return { id, files: [...files], expiresAtMs };
}

function headersOf(offsetBytes: number, sizeBytes: number): Record<string, string> {
	return {
		"Upload-Offset": String(offsetBytes),
		"Upload-Length": String(sizeBytes),
		"Upload-Complete": offsetBytes === sizeBytes ? "?1" : "?0",
		"Cache-Control": "no-store",
	};
}
