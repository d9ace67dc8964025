import { ERRORS, type Manifest } from "@headgate/protocol";
import { readGguf } from "../../formats/gguf/read-gguf.ts";
import { sizeBytes } from "../../manifest/size-bytes.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import type { HostFacts } from "../check-input.ts";
import type { CheckContext } from "../context.ts";
import { attentionShape } from "./attention-shape.ts";
import { kvCacheBytes, weightsInMemory } from "./memory-need.ts";

const TORCH = /\.(pt|pth|ckpt|bin|safetensors|pkl|pickle|joblib|h5|hdf5|keras)$/i;
/** Of the package, free on the disk that keeps it. */
const DISK_FACTOR = 1.5;

export const h07Resources: Check = {
	id: "H07",
	title: "The resources suffice, here too",
	severity: "block",
	refuses:
		"Declared memory below what the weights take in their runtime (ONNX 1.3 times and 200 MB, torch-like 1.2 times, GGUF 1.05 times and its key-value cache), declared disk below the package's size, and a host with less memory, disk, cores or GPUs than is declared.",
	why: "A model that outgrows its host is killed by the kernel in the middle of traffic, and takes the champion beside it along.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "resources");
		const { host } = context.input;
		const { need, cache, unknown } = await neededBytes(context, manifest);
		const bytes = context.content().reduce((sum, file) => sum + file.size, 0);
		const findings = [
			...declaredFindings(manifest, need, cache > 0, bytes),
			...(host === undefined ? [] : hostFindings(manifest, host, bytes)),
		];
		const { memory, cpu, gpu } = manifest.resources;
		const outcome = judge(
			findings,
			pass(`${memory} of memory for about ${shownBytes(need)}, ${cpu} CPU, ${gpu} GPU`, { neededBytes: Math.ceil(need) }),
		);
		const notVerified = [
			"the memory that it really takes: this is an estimate from the size of its weights (H11 measures)",
			...(host === undefined ? ["whether this host has what it declares: nothing is known of the host"] : []),
			...unknown.map((path) => `the key-value cache of ${path}: its metadata do not say how large it is`),
			...(gpu > 0 ? ["memory and compute capability of the GPUs"] : []),
		];
		return { ...outcome, notVerified };
	},
};

/** Bytes of memory that the weights take in their runtime, 0 where another server runs them; of these the caches; files whose cache is not known. */
async function neededBytes(
	context: CheckContext,
	manifest: Manifest,
): Promise<{ readonly need: number; readonly cache: number; readonly unknown: readonly string[] }> {
	if (manifest.runtime.kind === "http") return { need: 0, cache: 0, unknown: [] };
	const sums = { onnx: 0, torch: 0, gguf: 0, other: 0 };
	for (const path of await context.weights()) {
		const size = context.content().find((file) => file.path === path)?.size ?? 0;
		sums[await kindOf(context, manifest, path)] += size;
	}
	let cache = 0;
	const unknown: string[] = [];
	for (const { path, model } of sums.gguf === 0 ? [] : await context.readable("gguf", readGguf)) {
		const shape = attentionShape(model, manifest.resources.contextTokens);
		if (shape === undefined) unknown.push(path);
		else cache += kvCacheBytes(shape);
	}
	return { need: weightsInMemory(sums) + cache, cache, unknown };
}

async function kindOf(context: CheckContext, manifest: Manifest, path: string): Promise<"onnx" | "torch" | "gguf" | "other"> {
	if (manifest.runtime.kind === "onnx") return "onnx";
	const format = (await context.claimedFormat(path)) ?? (await context.contentFormat(path));
	if (format === "onnx" || format === "gguf") return format;
	return TORCH.test(path) ? "torch" : "other";
}

function declaredFindings({ resources }: Manifest, need: number, hasCache: boolean, packageBytes: number): Finding[] {
	const findings: Finding[] = [];
	const memory = sizeBytes(resources.memory) ?? Number.POSITIVE_INFINITY;
	// Weights of a GPU lie in its own memory.
	if (memory < need && resources.gpu === 0) {
		const message = `resources.memory is ${resources.memory}, the weights take about ${shownBytes(need)} in their runtime`;
		const fewer = hasCache ? "; fewer resources.contextTokens need less" : "";
		findings.push(said("resources.too-small", message, `Declare at least ${Math.ceil(need / 2 ** 20)}Mi${fewer}.`));
	}
	const disk = sizeBytes(resources.disk) ?? Number.POSITIVE_INFINITY;
	if (disk < packageBytes) {
		const message = `resources.disk is ${resources.disk}, the package has ${shownBytes(packageBytes)}`;
		findings.push(said("resources.too-small", message, `Declare at least ${Math.ceil(packageBytes / 2 ** 20)}Mi.`));
	}
	return findings;
}

function hostFindings({ resources }: Manifest, host: HostFacts, packageBytes: number): Finding[] {
	const findings: Finding[] = [];
	const compare = (name: string, declared: number, has: number, shown: (value: number) => string): void => {
		if (declared > has)
			findings.push(said("resources.host", `resources.${name} is ${shown(declared)}, this host has ${shown(has)}`));
	};
	compare("memory", sizeBytes(resources.memory) ?? 0, host.memoryBytes, shownBytes);
	compare("disk", sizeBytes(resources.disk) ?? 0, host.diskFreeBytes, shownBytes);
	compare("cpu", resources.cpu, host.cpus, String);
	compare("gpu", resources.gpu, host.gpus, String);
	if (host.diskFreeBytes < DISK_FACTOR * packageBytes) {
		const message = `the package has ${shownBytes(packageBytes)}, ${DISK_FACTOR} times that must be free where packages are kept; ${shownBytes(host.diskFreeBytes)} are`;
		findings.push(said("resources.host", message));
	}
	return findings;
}

function said(code: string, message: string, hint = ERRORS[code]?.hint ?? ""): Finding {
	return { code, message: `model.yaml: ${message}`, hint, file: "model.yaml" };
}

function shownBytes(bytes: number): string {
	if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
	return bytes >= 2 ** 20 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${Math.ceil(bytes).toLocaleString("en")} bytes`;
}
