import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { echo, Rig, vector } from "./testing/rig.ts";

/** Reads until the server closes or is silent for 300 ms after an answer. */
function raw(port: number, send: (write: (data: string | Buffer) => void) => void): Promise<string> {
	return new Promise((resolve, reject) => {
		let text = "";
		const socket = connect(port, "127.0.0.1", () => send((data) => void socket.write(data)));
		socket.setEncoding("utf8");
		socket.on("data", (chunk: string) => {
			text += chunk;
			setTimeout(() => socket.destroy(), 300);
		});
		socket.on("close", () => resolve(text));
		socket.on("error", (error) => (text === "" ? reject(error) : resolve(text)));
	});
}

describe("the gateway over HTTP", () => {
	let rig: Rig;
	beforeAll(async () => {
		rig = await Rig.make({ "1.0.0": echo, "2.0.0": vector }, { limits: { requestTimeoutMs: 400, headersTimeoutMs: 400 } });
		await rig.start();
		const echoRoute = rig.table([{ version: "1.0.0", role: "champion", weight: 100, outputLimits: { score: [-1000, 1000] } }]);
		const vectorRoute = rig.table([{ version: "2.0.0", role: "champion", weight: 100 }], "vector");
		const table = { ...vectorRoute, endpoints: { ...echoRoute.endpoints, ...vectorRoute.endpoints } };
		rig.bus.setTable(table);
		await rig.settled(table);
	});
	afterAll(() => rig.end());

	const infer = (inputs: unknown, more: object = {}, endpoint = "echo") =>
		rig.post(`/v2/models/${endpoint}/infer`, typeof inputs === "string" ? inputs : JSON.stringify({ inputs, ...more }));
	const x = { name: "x", shape: [1], datatype: "FP64", data: [1] };
	const id = { name: "id", shape: [1], datatype: "INT64", data: [7] };
	async function refused(answer: Response, status: number, code: string, text?: RegExp): Promise<void> {
		const body = (await answer.json()) as { error: string };
		expect([answer.status, answer.headers.get("headgate-error")]).toEqual([status, code]);
		expect(body.error).toMatch(text ?? /\w/);
	}

	it("answers KServe v1 predict, and says which version did", async () => {
		const answer = await rig.predict([
			{ x: 1.5, id: 1 },
			{ x: 2, id: 2 },
		]);
		expect(answer.status).toBe(200);
		expect(await answer.json()).toEqual({
			predictions: [
				{ score: 1.5, same: 1 },
				{ score: 2, same: 2 },
			],
		});
		expect(answer.headers.get("headgate-version")).toBe("1.0.0");
		expect(answer.headers.get("headgate-arm")).toBe("champion");
		expect(answer.headers.get("headgate-prediction-id")).toMatch(/^[0-9a-f]{66}$/);
	});

	it("gives prediction ids that sort by time", async () => {
		const ids: string[] = [];
		for (let i = 0; i < 5; i++) ids.push((await rig.predict([{ x: 1, id: i }])).headers.get("headgate-prediction-id")!);
		expect(ids).toEqual([...new Set(ids)].sort());
	});

	it("answers Open Inference Protocol v2 infer with a tensor per output and the caller's id", async () => {
		const answer = await infer(
			[
				{ ...x, shape: [2], data: [1, 2.5] },
				{ ...id, shape: [2, 1], data: [[7], [8]] },
			],
			{ id: "abc" },
		);
		expect(await answer.json()).toEqual({
			model_name: "echo",
			model_version: "1.0.0",
			id: "abc",
			outputs: [
				{ name: "score", shape: [2], datatype: "FP64", data: [1, 2.5] },
				{ name: "same", shape: [2], datatype: "INT64", data: [7, 8] },
			],
		});
	});

	it("gives only the outputs asked for and refuses unknown ones", async () => {
		const answer = (await (await infer([x, id], { outputs: [{ name: "same" }] })).json()) as { outputs: { name: string }[] };
		expect(answer.outputs.map((output) => output.name)).toEqual(["same"]);
		await refused(
			await infer([x, id], { outputs: [{ name: "nope" }] }),
			400,
			"gateway.invalid-tensor",
			/outputs\[0\].*"score", "same"/,
		);
	});

	it("takes vectors flat or nested", async () => {
		const v = { name: "v", shape: [2, 2], datatype: "FP32" };
		for (const data of [
			[1, 2, 3, 4],
			[
				[1, 2],
				[3, 4],
			],
		]) {
			expect(await (await infer([{ ...v, data }], {}, "vector")).json()).toMatchObject({
				outputs: [{ name: "sum", shape: [2], data: [3, 7] }],
			});
		}
	});

	it("describes server, models, versions and tensors", async () => {
		const get = async (path: string) => (await fetch(rig.url + path)).json();
		expect(await get("/v2")).toEqual({ name: "headgate", version: "test", extensions: [] });
		expect(await get("/v2/health/live")).toEqual({ live: true });
		expect(await get("/v2/health/ready")).toEqual({ ready: true });
		expect(await get("/v2/models")).toEqual({ models: ["echo", "vector"] });
		expect(await get("/v2/models/vector")).toEqual({
			name: "vector",
			versions: ["2.0.0"],
			platform: "onnxruntime",
			inputs: [
				{ name: "v", datatype: "FP32", shape: [-1, 2] },
				{ name: "note", datatype: "BYTES", shape: [-1] },
			],
			outputs: [{ name: "sum", datatype: "FP32", shape: [-1] }],
		});
		expect(await get("/v2/models/echo/ready")).toEqual({ name: "echo", ready: true });
		expect(await get("/v1/models/echo")).toEqual({ name: "echo", ready: true });
	});

	it("G1: names the offset where a body stops being JSON", async () => {
		await refused(await infer('{"inputs": [1,, 2]}'), 400, "gateway.invalid-json", /unexpected "," at offset 14/);
		await refused(await infer('{"inputs": ['), 400, "gateway.invalid-json", /ends too early at offset 12/);
		await refused(await infer("{}"), 400, "gateway.invalid-tensor", /inputs/);
		await refused(await infer("[]"), 400, "gateway.invalid-request", /object/);
		await refused(await rig.post("/v2/models/echo/infer", ""), 400, "gateway.invalid-json", /empty/);
		await refused(await rig.post("/v2/models/echo/infer", Buffer.from([0x22, 0xff, 0x22])), 400, "gateway.invalid-json", /UTF-8/);
	});

	it("G2: refuses a body of 2 GB by its announced length, before any of it is read", async () => {
		const head =
			"POST /v1/models/echo:predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2147483648\r\n";
		expect(await raw(rig.port, (write) => write(`${head}\r\n`))).toMatch(
			/^HTTP\/1.1 413 .*headgate-error: gateway.body-too-large/s,
		);
		const invited = await raw(rig.port, (write) => write(`${head}expect: 100-continue\r\n\r\n`));
		expect(invited).toMatch(/^HTTP\/1.1 413/);
		expect(invited).not.toContain("100 Continue");
	});

	it("G2: refuses a chunked body once it passes the limit", async () => {
		const answer = await raw(rig.port, (write) => {
			write(
				"POST /v1/models/echo:predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
			);
			for (let i = 0; i < 9; i++) write(`100000\r\n${" ".repeat(0x100000)}\r\n`);
		});
		expect(answer).toMatch(/^HTTP\/1.1 413/);
	});

	it("G3: counts elements against the shape", async () => {
		await refused(
			await infer([{ name: "v", shape: [2, 2], datatype: "FP32", data: [1, 2, 3] }], {}, "vector"),
			400,
			"gateway.invalid-tensor",
			/inputs\[0\]\.data: has 3 elements, shape \[2,2\] needs 4/,
		);
		await refused(
			await infer([{ ...x, shape: [2], data: [1, 2] }, id]),
			400,
			"gateway.invalid-tensor",
			/inputs\[1\]\.shape: "id" has 1 rows.*2/,
		);
		await refused(
			await infer([{ ...x, shape: [1, 3], data: [1, 2, 3] }, id]),
			400,
			"gateway.invalid-tensor",
			/\[1,3\], expected \[N\]/,
		);
	});

	it("G4: names the place where nested data is ragged", async () => {
		const ragged = [{ name: "v", shape: [2, 2], datatype: "FP32", data: [[1, 2], [3]] }];
		await refused(await infer(ragged, {}, "vector"), 400, "gateway.invalid-tensor", /inputs\[0\]\.data\[1\]: has 1 elements/);
		const mixed = [{ name: "v", shape: [2, 2], datatype: "FP32", data: [[1, 2], 3] }];
		await refused(await infer(mixed, {}, "vector"), 400, "gateway.invalid-tensor", /data\[1\]: is ragged/);
	});

	it("G5: refuses elements and datatypes that do not fit", async () => {
		await refused(
			await infer([{ ...x, data: ["1"] }, id]),
			400,
			"gateway.invalid-tensor",
			/inputs\[0\]\.data\[0\]: must be a number of FP64, got string/,
		);
		await refused(await infer([x, { ...id, data: [1.5] }]), 400, "gateway.invalid-tensor", /whole number of INT64/);
		await refused(
			await infer([{ ...x, datatype: "BYTES", data: ["1"] }, id]),
			400,
			"gateway.invalid-tensor",
			/is BYTES, expected FP64/,
		);
		await refused(await infer([{ ...x, datatype: "FP16" }, id]), 400, "gateway.invalid-tensor", /FP16 has no form in JSON/);
		await refused(await infer([{ ...x, datatype: "BF16" }, id]), 400, "gateway.invalid-tensor", /BF16/);
		await refused(await infer([{ ...x, datatype: "FLOAT" }, id]), 400, "gateway.invalid-tensor", /no datatype/);
		await refused(await infer([x, { ...id, datatype: "UINT8", data: [300] }]), 400, "gateway.invalid-tensor", /range of UINT8/);
	});

	it("G6: carries 9007199254740993 through both protocols unrounded", async () => {
		const v2 = await infer(
			`{"inputs":[${JSON.stringify(x)},{"name":"id","shape":[1],"datatype":"INT64","data":[9007199254740993]}]}`,
		);
		expect(await v2.text()).toContain('"datatype":"INT64","data":[9007199254740993]');
		const v1 = await rig.post("/v1/models/echo:predict", '{"instances":[{"x":9007199254740993,"id":-9223372036854775808}]}');
		expect(await v1.text()).toMatch(/outside output_limits/);
		const exact = await rig.post("/v1/models/echo:predict", '{"instances":[{"x":1,"id":-9223372036854775808}]}');
		expect(await exact.text()).toBe('{"predictions":[{"score":1,"same":-9223372036854775808}]}');
		const beyond = await infer(
			`{"inputs":[${JSON.stringify(x)},{"name":"id","shape":[1],"datatype":"INT64","data":[9223372036854775808]}]}`,
		);
		await refused(beyond, 400, "gateway.invalid-tensor", /range of INT64/);
	});

	it("G7: names unknown, missing and duplicate tensors", async () => {
		await refused(
			await infer([x, id, { ...x, name: "z" }]),
			400,
			"gateway.invalid-tensor",
			/inputs\[2\]\.name: no input is named "z"; the inputs are "x", "id"/,
		);
		await refused(await infer([x]), 400, "gateway.invalid-tensor", /missing tensor "id"/);
		await refused(await infer([x, x, id]), 400, "gateway.invalid-tensor", /inputs\[1\]\.name: "x" is given twice/);
	});

	it("G8: refuses shapes that are no shapes without allocating for them", async () => {
		for (const shape of ["-1", [-1], [1.5], [2 ** 53, 2 ** 53], [2 ** 31], [], null, [[1]], ["1"], new Array(9).fill(1), [0]]) {
			await refused(await infer([{ ...x, shape }, id]), 400, "gateway.invalid-tensor", /inputs\[0\]\.shape/);
		}
	});

	it("G9: refuses the binary extension by name", async () => {
		await refused(
			await infer([{ ...x, data: undefined, parameters: { binary_data_size: 8 } }, id]),
			400,
			"gateway.invalid-tensor",
			/binary/,
		);
	});

	it("G11: treats names that are no names as unknown paths", async () => {
		for (const name of ["../admin", "..%2fadmin", "%2e%2e", "%zz", "A", "a".repeat(10_000), "a%00b"]) {
			const status = await raw(rig.port, (write) =>
				write(`POST /v2/models/${name}/infer HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`),
			);
			expect(status).toMatch(/^HTTP\/1.1 404 .*gateway.not-found/s);
		}
		await refused(await infer([x], {}, "nobody"), 404, "gateway.unknown-endpoint", /"nobody" here; there are: echo, vector/);
		for (const name of ["constructor", "prototype", "tostring"])
			await refused(await infer([x], {}, name), 404, "gateway.unknown-endpoint");
	});

	it("G12: answers an unknown version with those there are, and a known one as pinned", async () => {
		const body = JSON.stringify({ inputs: [x, id] });
		await refused(
			await rig.post("/v2/models/echo/versions/9.9.9/infer", body),
			404,
			"gateway.unknown-version",
			/"9.9.9" here; available: 1.0.0/,
		);
		await refused(
			await rig.post("/v2/models/echo/versions/9.9.9/infer", "{}"),
			404,
			"gateway.unknown-version",
			/available: 1.0.0/,
		);
		const pinned = await rig.post("/v2/models/echo/versions/1.0.0/infer", body);
		expect([pinned.status, pinned.headers.get("headgate-arm")]).toEqual([200, "pinned"]);
	});

	it("G14: refuses NaN and numbers beyond range, and takes null where the schema allows it", async () => {
		await refused(
			await rig.post("/v1/models/echo:predict", '{"instances":[{"x":NaN,"id":1}]}'),
			400,
			"gateway.invalid-json",
			/offset 19/,
		);
		await refused(
			await rig.post("/v1/models/echo:predict", '{"instances":[{"x":1e999,"id":1}]}'),
			400,
			"gateway.invalid-json",
			/beyond range: 1e999/,
		);
		await refused(
			await infer(`{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1e999]},${JSON.stringify(id)}]}`),
			400,
			"gateway.invalid-json",
			/range/,
		);
		await refused(
			await infer([x, { ...id, data: [null] }]),
			400,
			"gateway.invalid-input",
			/"id", row 0 must be integer, got null/,
		);
	});

	it("never serialises NaN: an answer that holds it is refused, naming the field", async () => {
		await refused(
			await rig.predict([
				{ x: 1, id: 1 },
				{ x: null, id: 1 },
			]),
			500,
			"gateway.output-refused",
			/predictions\[1\]\.score is NaN/,
		);
		await refused(
			await rig.predict([{ x: 5000, id: 1 }]),
			500,
			"gateway.output-refused",
			/score is outside output_limits \[-1000, 1000\]/,
		);
	});

	it("G15: refuses a body nested 10,000 deep", async () => {
		await refused(await infer("[".repeat(10_000)), 400, "gateway.too-deep", /64/);
		const inString = JSON.stringify({ instances: [{ x: 1, id: 1, note: "[".repeat(500) }] });
		await refused(await rig.post("/v1/models/echo:predict", inString), 400, "gateway.invalid-input", /"note"/);
	});

	it("G16: keys named __proto__ and constructor are keys like any other", async () => {
		const polluting =
			'{"instances":[{"x":1,"id":1,"__proto__":{"polluted":true}}],"constructor":{"prototype":{"polluted":true}}}';
		await refused(await rig.post("/v1/models/echo:predict", polluting), 400, "gateway.invalid-input", /__proto__/);
		await refused(await infer([{ ...x, name: "__proto__" }, id]), 400, "gateway.invalid-tensor", /no input is named/);
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it("G17: wants application/json in UTF-8, not compressed", async () => {
		const send = (headers: Record<string, string>) => rig.predict([{ x: 1, id: 1 }], headers);
		await refused(await send({ "content-type": "text/xml" }), 415, "gateway.content-type", /"text\/xml"/);
		await refused(await send({ "content-type": "application/json; charset=latin1" }), 415, "gateway.content-type", /latin1/);
		await refused(await send({ "content-encoding": "gzip" }), 415, "gateway.content-encoding", /gzip/);
		expect((await send({ "content-type": "Application/JSON; charset=UTF-8" })).status).toBe(200);
		const without = await raw(rig.port, (write) =>
			write("POST /v1/models/echo:predict HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}"),
		);
		expect(without).toMatch(/^HTTP\/1.1 415/);
	});

	it("G18: gives up on a body that trickles in", async () => {
		const answer = await raw(rig.port, (write) =>
			write("POST /v1/models/echo:predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"),
		);
		expect(answer).toMatch(/^HTTP\/1.1 408 .*gateway.request-timeout/s);
	});

	it("answers what is not HTTP, wrong methods, and oversized headers in one clear line each", async () => {
		expect(await raw(rig.port, (write) => write("\x16\x03\x01nonsense\r\n\r\n"))).toMatch(
			/^HTTP\/1.1 400 .*gateway.bad-request/s,
		);
		expect(await raw(rig.port, (write) => write(`GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`))).toMatch(/^HTTP\/1.1 431/);
		const wrong = await fetch(`${rig.url}/v2/models/echo/infer`);
		await refused(wrong, 405, "gateway.method", /expected POST/);
		expect(wrong.headers.get("allow")).toBe("POST");
	});

	it("refuses what the champion's schema refuses, with the place", async () => {
		await refused(
			await rig.predict([
				{ x: 1, id: 1 },
				{ x: "a", id: 1 },
			]),
			400,
			"gateway.invalid-input",
			/instances\[1\]\.x must be number or null, got string/,
		);
		await refused(await rig.predict([{ x: -2000, id: 1 }]), 400, "gateway.invalid-input", /instances\[0\]\.x must be >= -1000/);
		await refused(await rig.predict([]), 400, "gateway.invalid-request", /at least one/);
		await refused(await rig.predict(new Array(4097).fill({ x: 1, id: 1 })), 400, "gateway.too-many-instances", /4097/);
	});

	it("shows counters, latency, table and lease as Prometheus text", async () => {
		const text = await (await fetch(`${rig.url}/metrics`)).text();
		expect(text).toMatch(/headgate_gateway_requests_total\{endpoint="echo",version="1.0.0",arm="champion",outcome="ok"\} [1-9]/);
		expect(text).toMatch(/outcome="output"\} [1-9]/);
		expect(text).toMatch(/headgate_gateway_refused_total\{endpoint="echo",code="gateway.invalid-json"\} [1-9]/);
		expect(text).toMatch(/headgate_gateway_table_revision 2\n/);
		const documented = await readFile(join(import.meta.dirname, "../../../docs/reference/gateway.md"), "utf8");
		const names = (page: string) => [...new Set(page.match(/headgate_gateway_[a-z_]+/g))].sort();
		expect(names(documented)).toEqual(names(text).filter((name) => !/_(bucket|sum|count)$/.test(name)));
		expect(text).toMatch(/latency_seconds_bucket\{.*le="\+Inf"\} [1-9]/);
	});
});
