import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SmokeLimits } from "@headgate/packaging";
import { type PackageFiles, writeTestPackage } from "@headgate/testkit/onnx";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { smokeLoad } from "./smoke-load.ts";

const limits: SmokeLimits = { memoryBytes: 512 * 2 ** 20, startMs: 60_000 };
const array = { type: "object", properties: { y: { type: "array", items: { type: "number" } } }, required: ["y"] };
const identity: PackageFiles = {
	graph: {
		nodes: [{ op: "Identity", inputs: ["x"], outputs: ["y"] }],
		inputs: [{ name: "x", type: "float", shape: [null, 2] }],
		outputs: [{ name: "y", type: "float", shape: [null, 2] }],
	},
	inputSchema: { type: "object", properties: { x: { type: "array", "x-tensor": { datatype: "FP32", shape: [2] } } } },
	outputSchema: array,
	examples: [{ input: { x: [1, 2] }, output: { y: [1, 2] } }],
};

let dir: string;
beforeEach(async () => {
	dir = await mkdtemp(path.join(tmpdir(), "headgate-smoke-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function load(files: Partial<PackageFiles>, more: Partial<SmokeLimits> = {}) {
	return smokeLoad(dir, await writeTestPackage(dir, { ...identity, ...files }), { ...limits, ...more });
}

describe("a first load in a process of its own", () => {
	it("runs the examples, and measures start, latency and memory", async () => {
		const { end, startMs, examples, latencyMs, peakBytes } = await load({});
		expect(end).toEqual({ kind: "answered" });
		expect(examples).toBe(1);
		expect(startMs).toBeGreaterThan(0);
		expect(Object.keys(latencyMs!)).toEqual(["50", "95", "99"]);
		expect(peakBytes).toBeGreaterThan(0);
	});

	it("names the example that is answered otherwise, and the answer that breaks the schema", async () => {
		const wrong = await load({ examples: [{ input: { x: [1, 2] }, output: { y: [1, 3] } }] });
		expect(wrong.end).toMatchObject({
			kind: "refused",
			code: "runtime.example-mismatch",
			message: expect.stringContaining("example 0"),
			hint: expect.stringContaining('"tolerance": {field: number}'),
		});
		const texts = { ...array, properties: { y: { type: "array", items: { type: "string" } } } };
		expect((await load({ outputSchema: texts })).end).toMatchObject({ kind: "refused", code: "smoke.output" });
	});

	it("says what kept it from loading", async () => {
		expect((await load({ graph: Buffer.from("no graph") })).end).toMatchObject({ kind: "refused", code: "runtime.load-failed" });
		const pre = "throw new Error('no such table'); export default () => ({});";
		expect((await load({ pre })).end).toMatchObject({ kind: "refused", message: expect.stringContaining("no such table") });
	});

	it("survives code that ends its thread, and code that ends its process", async () => {
		const exits = await load({ pre: "process.exit(7); export default () => ({});" });
		expect(exits.end).toMatchObject({ kind: "refused", message: expect.stringContaining("code 7") });
		const killed = await load({ post: "process.kill(process.pid, 'SIGKILL'); export default () => [];" });
		expect(killed.end).toMatchObject({ kind: "crashed", how: "SIGKILL", phase: "loading" });
	});

	it("ends code that hangs when its time is over", async () => {
		const hanging = await load({ pre: "for (;;); export default () => ({});" }, { startMs: 1_500 });
		expect(hanging).toMatchObject({ end: { kind: "late", phase: "loading", limitMs: 1_500 }, startMs: null });
	});

	it("ends what takes more memory than it may", async () => {
		const pre = "globalThis.kept = []; for (;;) globalThis.kept.push(Buffer.alloc(4e6, 1)); export default () => ({});";
		const { end, peakBytes } = await load({ pre }, { memoryBytes: 256 * 2 ** 20 });
		expect(end).toEqual({ kind: "memory", phase: "loading" });
		expect(peakBytes).toBeGreaterThan(256 * 2 ** 20);
	});

	it("leaves nothing running of what the package's code started", async () => {
		const pid = path.join(dir, "pid");
		const pre = `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
			const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
			writeFileSync(${JSON.stringify(pid)}, String(child.pid));
			export default (rows) => ({ x: { type: "float32", dims: [rows.length, 2], data: Float32Array.from(rows.flatMap((row) => row.x)) } });`;
		expect((await load({ pre })).end).toEqual({ kind: "answered" });
		const started = Number(await readFile(pid, "utf8"));
		await expect.poll(() => isRunning(started), { timeout: 10_000 }).toBe(false);
	});

	it("ends also what left its group, and waits for no one else's stderr", async () => {
		const pid = path.join(dir, "pid");
		const start = `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
			const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: ["ignore", "ignore", "inherit"], detached: true });
			writeFileSync(${JSON.stringify(pid)}, String(child.pid));`;
		const hanging = await load({ pre: `${start} for (;;); export default () => ({});` }, { startMs: 4_000 });
		expect(hanging.end).toMatchObject({ kind: "late" });
		await expect.poll(async () => isRunning(Number(await readFile(pid, "utf8"))), { timeout: 10_000 }).toBe(false);
		const killed = await load({ pre: `${start} process.kill(process.pid, "SIGKILL"); export default () => ({});` });
		expect(killed.end).toMatchObject({ kind: "crashed", how: "SIGKILL" });
		// Its parent ended before anyone looked: nothing tells whose it was.
		process.kill(Number(await readFile(pid, "utf8")), "SIGKILL");
	});

	it("believes nothing that the package's code writes where answers are expected, and survives it", async () => {
		const said = [
			"null",
			"{ no json",
			"x".repeat(200_000),
			'{"type":"loaded","ms":1,"examples":1,"order":null}',
			'{"type":"started","rssBytes":1}',
			'{"type":"answered","latencyMs":null}',
		];
		const pre = `import { writeSync } from "node:fs"; for (const line of ${JSON.stringify(said)}) writeSync(3, line + "\\n");`;
		const forged = await load({ pre: `${pre} for (;;); export default () => ({});` }, { startMs: 4_000 });
		expect(forged).toMatchObject({ end: { kind: "late", phase: "loading" }, startMs: null });
	});

	it("is called off by its signal", async () => {
		const gone = new AbortController();
		gone.abort();
		const manifest = await writeTestPackage(dir, identity);
		await expect(smokeLoad(dir, manifest, limits, gone.signal)).rejects.toMatchObject({ code: "smoke.cancelled" });
	});
});

/** A process that has ended and waits to be reaped is not running. */
async function isRunning(pid: number): Promise<boolean> {
	const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	return status !== "" && !/\) [ZX] /.test(status);
}
