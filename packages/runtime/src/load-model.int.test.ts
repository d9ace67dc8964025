import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PackageFiles, writeTestPackage } from "@headgate/testkit/onnx";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { goldenInference, type LoadedModel, loadModel } from "./index.ts";

const number = { type: ["number", "null"], "x-tensor": { datatype: "FP32" } };
const doubler: PackageFiles = {
	graph: {
		nodes: [{ op: "Add", inputs: ["x", "x"], outputs: ["y"] }],
		inputs: [{ name: "x", type: "float", shape: [null] }],
		outputs: [{ name: "y", type: "float", shape: [null] }],
	},
	inputSchema: { type: "object", properties: { x: number } },
	outputSchema: { type: "object", properties: { y: number } },
	examples: [{ input: { x: 2 }, output: { y: 4 }, tolerance: { y: 1e-6 } }],
};

describe("a loaded package", () => {
	let dir: string;
	const models: LoadedModel[] = [];
	beforeEach(async () => {
		dir = await mkdtemp(join(tmpdir(), "headgate-runtime-"));
	});
	afterEach(async () => {
		for (const model of models.splice(0)) await model.close();
		await rm(dir, { recursive: true });
	});
	async function load(files: PackageFiles, placement: "worker" | "loop" = "worker"): Promise<LoadedModel> {
		const manifest = await writeTestPackage(dir, files);
		const model = await loadModel({ packageDir: dir, manifest, placement });
		models.push(model);
		return model;
	}

	it("answers without code: properties feed inputs and outputs of the same names, null becomes NaN", async () => {
		const model = await load(doubler);
		expect(model.placement).toBe("worker");
		expect(await model.run([{ x: 1.5 }, { x: null }])).toEqual([{ y: 3 }, { y: Number.NaN }]);
		await goldenInference(model, model.examples);
	});

	it("keeps 64-bit integers exact from instance to answer", async () => {
		const int64 = { type: "integer", "x-tensor": { datatype: "INT64" } };
		const model = await load({
			graph: {
				nodes: [{ op: "Identity", inputs: ["id"], outputs: ["same"] }],
				inputs: [{ name: "id", type: "int64", shape: [null] }],
				outputs: [{ name: "same", type: "int64", shape: [null] }],
			},
			inputSchema: { type: "object", properties: { id: int64 } },
			outputSchema: { type: "object", properties: { same: int64 } },
		});
		expect(await model.run([{ id: 9007199254740993n }, { id: 7 }])).toEqual([{ same: 9007199254740993n }, { same: 7 }]);
	});

	it("passes vectors and strings through tensors of shape [N, ...]", async () => {
		const model = await load({
			graph: {
				nodes: [
					{ op: "MatMul", inputs: ["v", "w"], outputs: ["z"] },
					{ op: "Identity", inputs: ["s"], outputs: ["t"] },
				],
				inputs: [
					{ name: "v", type: "float", shape: [null, 2] },
					{ name: "s", type: "string", shape: [null, 1] },
				],
				outputs: [
					{ name: "z", type: "float", shape: [null, 1] },
					{ name: "t", type: "string", shape: [null, 1] },
				],
				constants: { w: { dims: [2, 1], data: [10, 1] } },
			},
			inputSchema: {
				type: "object",
				properties: { v: { type: "array", "x-tensor": { datatype: "FP32", shape: [2] } }, s: { type: "string" } },
			},
			outputSchema: { type: "object", properties: { z: { type: "number" }, t: { type: "string" } } },
		});
		expect(
			await model.run([
				{ v: [1, 2], s: "a" },
				{ v: [3, 4], s: "ü" },
			]),
		).toEqual([
			{ z: 12, t: "a" },
			{ z: 34, t: "ü" },
		]);
		await expect(model.run([{ v: [1, 2, 3], s: "a" }])).rejects.toMatchObject({ code: "runtime.run-failed" });
	});

	it("runs pre.mjs and post.mjs around the graph, with features.json", async () => {
		const model = await load({
			...doubler,
			features: { offset: 100 },
			pre: `export default (instances, { features }) => ({ x: { type: "float32", dims: [instances.length],
				data: Float32Array.from(instances, (i) => i.x + features.offset) } });`,
			post: `export default ({ y }, instances) => instances.map((i, n) => ({ y: y.data[n], of: i.x }));`,
		});
		expect(await model.run([{ x: 1 }])).toEqual([{ y: 202, of: 1 }]);
	});

	it("shares one run between the requests of a tick, and a poisoned request fails alone", async () => {
		const model = await load({
			...doubler,
			pre: `let calls = 0; export default (instances) => {
				calls++;
				if (instances.some((i) => i.x === 13)) throw new Error("poison");
				return { x: { type: "float32", dims: [instances.length], data: Float32Array.from(instances, () => calls) } }; };`,
			examples: [],
		});
		const shared = await Promise.all([1, 2, 3].map((x) => model.run([{ x }])));
		expect(shared).toEqual([[{ y: 2 }], [{ y: 2 }], [{ y: 2 }]]);
		const outcomes = await Promise.allSettled([1, 13, 2].map((x) => model.run([{ x }])));
		expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
		expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: "runtime.run-failed", message: "poison" });
	});

	it("survives the end of its thread: what is under way fails, later requests are answered again", async () => {
		const model = await load({
			...doubler,
			pre: `export default (instances) => {
				if (instances[0].x === 13) process.exit(1);
				return { x: { type: "float32", dims: [instances.length], data: Float32Array.from(instances, (i) => i.x) } }; };`,
		});
		await expect(model.run([{ x: 13 }])).rejects.toMatchObject({ code: "runtime.worker-lost" });
		await expect
			.poll(() => model.run([{ x: 1 }]).catch((error: Error) => error.message), { timeout: 10_000 })
			.toEqual([{ y: 2 }]);
	});

	it("does not run a request whose time is over", async () => {
		const model = await load(doubler);
		await expect(model.run([{ x: 1 }], performance.now() - 1)).rejects.toMatchObject({ code: "runtime.expired" });
	});

	it("runs in the loop only when asked to and measured tiny", async () => {
		const slow = `export default (instances) => {
			const end = performance.now() + 2; while (performance.now() < end);
			return { x: { type: "float32", dims: [instances.length], data: Float32Array.from(instances, (i) => i.x) } }; };`;
		expect((await load({ ...doubler, pre: slow }, "loop")).placement).toBe("worker");
		const unmeasured = await load({ ...doubler, examples: [] }, "loop");
		expect(unmeasured.placement).toBe("worker");
	});

	it("gives the same answers in the loop as in a thread", async () => {
		const { startLoopModel } = await import("./onnx/loop-model.ts");
		const manifest = await writeTestPackage(dir, doubler);
		const model = await startLoopModel({
			modelPath: join(dir, manifest.runtime.entry),
			prePath: null,
			postPath: null,
			features: null,
			inputSchema: doubler.inputSchema as never,
			outputSchema: doubler.outputSchema as never,
			warmup: [{ x: 1 }],
		});
		expect(await Promise.all([model.run([{ x: 1 }]), model.run([{ x: 2 }, { x: 3 }])])).toEqual([
			[{ y: 2 }],
			[{ y: 4 }, { y: 6 }],
		]);
		await model.close();
	});

	it("names the example, the field, what it got and what was expected when golden inference fails", async () => {
		const model = await load({
			...doubler,
			examples: [
				{ input: { x: 2 }, output: { y: 4 } },
				{ input: { x: 2 }, output: { y: 5 }, tolerance: { y: 0.5 } },
			],
		});
		await expect(goldenInference(model, model.examples)).rejects.toMatchObject({
			code: "runtime.example-mismatch",
			message: "example 1: y is 4, expected 5 +- 0.5",
		});
	});

	it.each([
		["a file that is no model", { ...doubler, graph: Buffer.from("<html>") }],
		["an empty file", { ...doubler, graph: Buffer.alloc(0) }],
		["code that does not parse", { ...doubler, pre: "export default (" }],
		["code without a default export", { ...doubler, pre: "export const pre = 1;" }],
		["a graph input that the schema lacks", { ...doubler, inputSchema: { type: "object", properties: { other: number } } }],
	])("refuses %s with runtime.load-failed and a reason", async (_, files) => {
		await expect(load(files)).rejects.toMatchObject({ code: "runtime.load-failed", message: expect.stringMatching(/\w{4}/) });
	});

	it("refuses a runtime kind that is not built in", async () => {
		const manifest = { ...(await writeTestPackage(dir, doubler)), runtime: { kind: "python", entry: "x.py" } };
		await expect(loadModel({ packageDir: dir, manifest, placement: "worker" })).rejects.toMatchObject({
			code: "runtime.kind-not-available",
		});
	});
});
