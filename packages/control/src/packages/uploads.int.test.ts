import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedRig, serveRig } from "../testing/served-rig.ts";

const SHA256 = "0".repeat(64);
let served: ServedRig;

beforeEach(async () => {
	served = await serveRig();
	served.rig.packages.folders.set("model.yaml", { name: "credit-risk", version: "1.0.0" });
});

afterEach(() => served.close());

const post = (body: unknown) => ({ method: "POST", body: JSON.stringify(body) });
const claim = { files: [{ path: "model.yaml", size: 10, sha256: SHA256 }] };

async function begin(): Promise<{ readonly id: string; readonly file: string }> {
	const { id } = (await (await served.ask("/api/v1/uploads", post(claim))).json()) as { id: string };
	return { id, file: `/api/v1/uploads/${id}/files/0` };
}

const patch = (bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>) => ({ method: "PATCH", body: bytes, headers });
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];

describe("an upload over the API", () => {
	it("goes on at the offset that is asked for, and ends as a push does", async () => {
		const { id, file } = await begin();
		const first = await served.ask(file, patch(new Uint8Array(6), { "upload-offset": "0" }));
		expect([first.status, first.headers.get("upload-offset"), first.headers.get("upload-complete")]).toEqual([204, "6", "?0"]);
		const head = await served.ask(file, { method: "HEAD" });
		expect([head.headers.get("upload-offset"), head.headers.get("upload-length")]).toEqual(["6", "10"]);
		expect(await (await served.ask("/api/v1/uploads", post(claim))).json()).toMatchObject({ id, files: [{ offset: 6 }] });
		expect(await codeOf(await served.ask(`/api/v1/uploads/${id}/finish`, { method: "POST" }))).toEqual([400, "upload.truncated"]);
		const rest = await served.ask(file, patch(new Uint8Array(4), { "upload-offset": "6" }));
		expect([rest.status, rest.headers.get("upload-complete")]).toEqual([204, "?1"]);
		const lines = (await (await served.ask(`/api/v1/uploads/${id}/finish`, { method: "POST" })).text()).trim().split("\n");
		expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: "result", isNew: true, version: "1.0.0" });
		expect(await codeOf(await served.ask(`/api/v1/uploads/${id}`))).toEqual([404, "upload.unknown"]);
		expect(served.rig.rows.map(({ type }) => type)).toContain("PackagePushed");
	});

	it("hands the digests of the headers on, and refuses those that are none", async () => {
		const { file } = await begin();
		const sha256 = createHash("sha256").update("x").digest();
		const fields = { "upload-offset": "0", "content-digest": `md5=:AA==:, sha-256=:${sha256.toString("base64")}:` };
		await served.ask(file, patch(new Uint8Array(1), fields));
		expect(served.rig.packages.uploads.parts[0]).toMatchObject({ sha256: sha256.toString("hex"), wholeSha256: undefined });
		const bad = { "upload-offset": "1", "repr-digest": "sha-256=abc" };
		expect(await codeOf(await served.ask(file, patch(new Uint8Array(1), bad)))).toEqual([400, "upload.digest"]);
	});

	it("is refused without an offset, at another one, for another file, and after it was given up", async () => {
		const { id, file } = await begin();
		expect(await codeOf(await served.ask(file, patch(new Uint8Array(1), {})))).toEqual([400, "request.invalid"]);
		expect(await codeOf(await served.ask(file, patch(new Uint8Array(1), { "upload-offset": "5" })))).toEqual([
			409,
			"upload.offset",
		]);
		expect(await codeOf(await served.ask("/api/v1/uploads", post({ files: [] })))).toEqual([400, "upload.empty"]);
		const wrong = { files: [{ path: "x", size: -1, sha256: SHA256 }] };
		expect((await codeOf(await served.ask("/api/v1/uploads", post(wrong))))[1]).toBe("request.invalid");
		expect((await served.ask(`/api/v1/uploads/${id}`, { method: "DELETE" })).status).toBe(204);
		expect(await codeOf(await served.ask(file))).toEqual([404, "upload.unknown"]);
	});

	it("does not look at every other file of the upload for each part", async () => {
		const { file } = await begin();
		served.rig.packages.uploads.status = () => Promise.reject(new Error("10,000 files were looked at"));
		const part = await served.ask(file, patch(new Uint8Array(10), { "upload-offset": "0" }));
		expect([part.status, part.headers.get("upload-length"), part.headers.get("upload-complete")]).toEqual([204, "10", "?1"]);
	});

	it("may be longer than any other body", async () => {
		const { file } = await begin();
		const part = await served.ask(file, patch(new Uint8Array(9 * 1024 * 1024), { "upload-offset": "0" }));
		expect([part.status, part.headers.get("upload-offset")]).toEqual([204, String(9 * 1024 * 1024)]);
	});

	it("ends with the refusal of the push, its status and its exit code", async () => {
		served.rig.packages.folders.set("model.yaml", { name: "credit-risk", version: "1.0.0", problem: "cut off" });
		const { id, file } = await begin();
		await served.ask(file, patch(new Uint8Array(10), { "upload-offset": "0" }));
		const text = await (await served.ask(`/api/v1/uploads/${id}/finish`, { method: "POST" })).text();
		expect(JSON.parse(text)).toMatchObject({ type: "error", exit: 1, status: 422, error: { code: "package.refused" } });
	});
});
