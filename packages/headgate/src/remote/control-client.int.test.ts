import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataFolder, dataFolder, writeUpFile } from "../config/data-folder.ts";
import { ControlClient } from "./control-client.ts";
import { pushFolder } from "./push-folder.ts";

let folder: DataFolder;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
	folder = dataFolder(await mkdtemp(path.join(tmpdir(), "client-")));
	server = createServer((request, response) => answer(request, response));
	await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	writeUpFile(folder, { pid: 1, control: url, gateway: url });
	await writeFile(folder.key, "hg_key\n");
});

afterEach(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
	await rm(folder.root, { recursive: true, force: true });
});

const json = (status: number, body: unknown) => (_: IncomingMessage, response: ServerResponse) => {
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

describe("the client of the control API", () => {
	it("sends the key of the data folder and the body as JSON", async () => {
		const seen: unknown[] = [];
		answer = async (request, response) => {
			let body = "";
			for await (const chunk of request) body += String(chunk);
			seen.push([request.method, request.url, request.headers.authorization, body]);
			response.end("{}");
		};
		const client = new ControlClient(folder);
		await client.get("/api/v1/status");
		await client.post("/api/v1/x", { a: 1 });
		await client.put("/api/v1/y", { b: 2 });
		expect(seen).toEqual([
			["GET", "/api/v1/status", "Bearer hg_key", ""],
			["POST", "/api/v1/x", "Bearer hg_key", '{"a":1}'],
			["PUT", "/api/v1/y", "Bearer hg_key", '{"b":2}'],
		]);
	});

	it("throws what control refused, with the code, the hint and the path it gave", async () => {
		const error = { code: "endpoint.unknown", message: 'there is no endpoint "x"', hint: 'did you mean "y"?', path: "name" };
		answer = json(404, { error });
		await expect(new ControlClient(folder).get("/api/v1/x")).rejects.toMatchObject(error);
	});

	it("says that no control process answers where nobody or somebody else listens", async () => {
		answer = (_, response) => void response.writeHead(502).end("<html>bad gateway</html>");
		await expect(new ControlClient(folder).get("/")).rejects.toMatchObject({ code: "control.not-running" });
		writeUpFile(folder, { pid: 1, control: "http://127.0.0.1:9", gateway: "" });
		await expect(new ControlClient(folder).get("/")).rejects.toMatchObject({ code: "control.not-running" });
	});

	it("says when the data folder has no key", async () => {
		await rm(folder.key);
		expect(() => new ControlClient(folder)).toThrow(expect.objectContaining({ code: "key.missing" }));
	});

	it("reads server-sent events as they come, whatever pieces they come in", async () => {
		answer = async (_, response) => {
			for (const piece of ['id: 1\ndata: {"se', 'q":1}\n\nid: 2\nda', 'ta: {"seq":2}\n\n']) {
				response.write(piece);
				await new Promise((resolve) => setTimeout(resolve, 3));
			}
			response.end();
		};
		const found = [];
		for await (const event of new ControlClient(folder).events("/api/v1/events", new AbortController().signal)) found.push(event);
		expect(found).toEqual([{ seq: 1 }, { seq: 2 }]);
	});
});

describe("a push", () => {
	it("reports progress and ends with the result", async () => {
		const lines = [
			{ type: "progress", doneBytes: 1, totalBytes: 2 },
			{ type: "result", name: "credit-risk", version: "1.0.0" },
		];
		answer = (_, response) => void response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
		const progress: number[] = [];
		const pushed = await pushFolder(new ControlClient(folder), "here", (done) => progress.push(done));
		expect([progress, pushed.version]).toEqual([[1], "1.0.0"]);
	});

	it("throws the refusal that comes as its last line", async () => {
		const error = { code: "package.refused", message: "cut off", hint: "copy it again" };
		answer = (_, response) => void response.end(`${JSON.stringify({ type: "error", error, exit: 1 })}\n`);
		await expect(pushFolder(new ControlClient(folder), "here", () => {})).rejects.toMatchObject(error);
	});

	it("that ends without a result, or in the middle of a line, was cut off", async () => {
		answer = (_, response) => void response.end('{"type":"progress","doneBytes":1,"totalBytes":2}\n');
		await expect(pushFolder(new ControlClient(folder), "here", () => {})).rejects.toMatchObject({ code: "control.cut-off" });
		answer = (_, response) => {
			response.write('{"type":"progress","doneBytes":1,"totalBytes":2}\n{"type":"res', () => response.destroy());
		};
		await expect(pushFolder(new ControlClient(folder), "here", () => {})).rejects.toMatchObject({ code: "control.cut-off" });
	});
});
