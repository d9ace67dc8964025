import { describe, expect, it } from "vitest";
import { encodeGguf, ggufU32 } from "../../testing/encode-gguf.ts";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import type { HostFacts } from "../check-input.ts";
import { checkPackage } from "../check-package.ts";
import { kvCacheBytes, weightsInMemory } from "./memory-need.ts";

const GiB = 2 ** 30;
const host: HostFacts = { memoryBytes: 2 * GiB, diskFreeBytes: 8 * GiB, cpus: 2, gpus: 0, versions: {} };

async function judge(resources: string, facts?: HostFacts, files: Record<string, Uint8Array> = {}) {
	const folder = await writePackage(
		packageFiles({ "model.yaml": manifestText({ resources: `resources: { ${resources} }` }), ...files }),
	);
	const { results } = await checkPackage(folder, facts === undefined ? {} : { host: facts });
	return results.find((result) => result.id === "H07")!;
}

describe("H07", () => {
	it("passes what suffices, and says that it is an estimate", async () => {
		const result = await judge("cpu: 1, memory: 512Mi, disk: 1Gi, gpu: 0", host);
		expect(result).toMatchObject({ status: "pass", notVerified: [expect.stringContaining("estimate")] });
		expect((await judge("cpu: 1, memory: 512Mi, disk: 1Gi, gpu: 0")).notVerified?.join()).toContain(
			"nothing is known of the host",
		);
	});

	it.each<[string, string, string, string]>([
		[
			"4 GiB on a host of 2 GiB",
			"cpu: 1, memory: 4Gi, disk: 1Gi, gpu: 0",
			"resources.host",
			"resources.memory is 4.0 GiB, this host has 2.0 GiB",
		],
		[
			"more disk than is free",
			"cpu: 1, memory: 1Gi, disk: 9Gi, gpu: 0",
			"resources.host",
			"resources.disk is 9.0 GiB, this host has 8.0 GiB",
		],
		[
			"more cores than there are",
			"cpu: 4, memory: 1Gi, disk: 1Gi, gpu: 0",
			"resources.host",
			"resources.cpu is 4, this host has 2",
		],
		[
			"a GPU where there is none",
			"cpu: 1, memory: 1Gi, disk: 1Gi, gpu: 1",
			"resources.host",
			"resources.gpu is 1, this host has 0",
		],
		[
			"less memory than the runtime takes",
			"cpu: 1, memory: 64Mi, disk: 1Gi, gpu: 0",
			"resources.too-small",
			"resources.memory is 64Mi, the weights take about 191 MiB",
		],
	])("refuses %s", async (_, resources, code, words) => {
		expect(await judge(resources, host)).toMatchObject({
			status: "fail",
			severity: "block",
			code,
			message: expect.stringContaining(words),
			hint: expect.stringMatching(/\w{3}/),
		});
	});

	it("refuses a disk smaller than the package, and a host without room for it", async () => {
		const big = { "extra.bin": new Uint8Array(3 * 2 ** 20).fill(1) };
		const result = await judge("cpu: 1, memory: 512Mi, disk: 1Mi, gpu: 0", { ...host, diskFreeBytes: 4 * 2 ** 20 }, big);
		expect(result.findings?.map(({ message }) => message).join()).toMatch(
			/resources\.disk is 1Mi.*1\.5 times that must be free/s,
		);
	});

	it("counts weights by the runtime that reads them", () => {
		expect(weightsInMemory({ onnx: 1_000_000_000, torch: 0, gguf: 0, other: 0 })).toBe(1_500_000_000);
		expect(weightsInMemory({ onnx: 0, torch: 1000, gguf: 1000, other: 1000 })).toBe(3250);
	});

	it("knows the cache of a 7B model with 32 heads at 4,096 tokens: 2 GiB in half floats", () => {
		expect(kvCacheBytes({ layers: 32, kvHeads: 32, headDim: 128, contextTokens: 4096, bytesPerNumber: 2 })).toBe(2 * GiB);
	});

	it("counts the key-value cache of a GGUF model for the context that it keeps", async () => {
		const entries = Object.entries({
			block_count: 32,
			embedding_length: 4096,
			"attention.head_count": 32,
			"attention.head_count_kv": 8,
			context_length: 32_768,
		});
		const gguf = encodeGguf({
			entries: [["general.architecture", "llama"], ...entries.map(([key, value]) => [`llama.${key}`, ggufU32(value)] as const)],
		});
		const judged = async (resources: string) => {
			const runtime = 'runtime: { kind: python, entry: load.py, versions: { python: "3.11.2" } }';
			const manifest = manifestText({ runtime, resources: `resources: { ${resources} }` });
			const files = packageFiles({ "model.yaml": manifest, "load.py": "", "model.onnx": null, "model.gguf": gguf });
			const { results } = await checkPackage(await writePackage(files));
			return results.find((result) => result.id === "H07")!;
		};
		expect(await judged("cpu: 1, memory: 2Gi, disk: 1Gi, gpu: 0")).toMatchObject({
			code: "resources.too-small",
			message: expect.stringContaining("the weights take about 4.0 GiB"),
			hint: expect.stringContaining("resources.contextTokens"),
		});
		expect((await judged("cpu: 1, memory: 2Gi, disk: 1Gi, gpu: 0, contextTokens: 8192")).status).toBe("pass");
	});
});
