import { folderOf } from "../../contents/config/config-names.ts";
import { type ModelConfig, modelConfig } from "../../contents/config/model-config.ts";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { readConfigs } from "./read-configs.ts";
import { isEmbedding, type TensorShape, tensorShapes } from "./tensor-shapes.ts";

const HINT = "Ship the config.json that was saved with these weights (model.save_pretrained writes both).";
const FLOATS: Readonly<Record<string, string>> = { F64: "float64", F32: "float32", F16: "float16", BF16: "bfloat16" };
const LAYER = /^(.*?)(?:^|\.)(?:layers|layer|h|blocks|block)\.(\d{1,6})\./;
const PACKED = /\.(qweight|qzeros|absmax|SCB|weight_packed)$/;

export const f03ConfigTensors: Check = {
	id: "F03",
	title: "Configuration and weights agree",
	severity: "high",
	refuses:
		"A `config.json` whose `vocab_size`, width, number of layers, tied embeddings or quantization differ from the safetensors files beside it; a " +
		"differing dtype is a warning.",
	why: "With the configuration of another model, libraries fill what is missing at random or fail at the first load, after the rollout began.",
	rules: "1",
	async run(context) {
		const configs = (await readConfigs(context, (path) => /(^|\/)config\.json$/.test(path))).filter(
			({ document }) => document !== undefined,
		);
		if (configs.length === 0) return skipped("there is no config.json");
		const shapes = (await tensorShapes(context)).filter(({ dtype }) => dtype !== "");
		const findings: Finding[] = [];
		const compared: string[] = [];
		for (const { path, document } of configs) {
			const folder = folderOf(path);
			const beside = shapes.filter(({ file }) => folderOf(file) === folder && !/(^|\/)adapter_/.test(file));
			if (beside.length === 0 || context.has(`${folder}adapter_config.json`)) continue;
			const config = modelConfig(document);
			const whole = isWhole(context, folder);
			const report = (message: string, mild = false): void => {
				const finding = { code: "config.mismatch", message: `${path}: ${message}`, hint: HINT, file: path };
				findings.push(mild ? { ...finding, severity: "warn" } : finding);
			};
			compared.push(path);
			compareEmbeddings(config, beside, report);
			if (whole) compareLayers(config, beside, report);
			if (whole) compareHead(config, beside, report);
			compareDtypes(config, beside, hasQuantizationFile(context, folder), report);
		}
		if (compared.length === 0) return skipped("no config.json has readable safetensors files beside it");
		return judge(findings, pass(`${compared.join(", ")}: agrees with its weights`));
	},
};

type Report = (message: string, mild?: boolean) => void;

/** Whether all shards that an index names are there: a missing one is another check's finding. */
function isWhole(context: CheckContext, folder: string): boolean {
	const shards = context.content().flatMap(({ path }) => {
		const match = /^(.*)-(\d{5})-of-(\d{5})\.safetensors$/.exec(path);
		return match !== null && folderOf(path) === folder ? [{ stem: match[1]!, of: Number(match[3]) }] : [];
	});
	return shards.every(({ stem, of }) => shards.filter((other) => other.stem === stem).length === of);
}

function compareEmbeddings(config: ModelConfig, shapes: readonly TensorShape[], report: Report): void {
	for (const shape of shapes.filter((one) => isEmbedding(one) && FLOATS[one.dtype] !== undefined)) {
		const [rows, width] = shape.shape as [number, number];
		const where = `${shown(shape)} of ${shape.file}`;
		if (config.vocabSize !== undefined && config.vocabSize !== rows) {
			report(`vocab_size is ${text(config.vocabSize)}, ${where} has ${text(rows)} rows`);
		}
		if (config.width !== undefined && config.width !== width) {
			report(`the width of the embeddings is ${text(config.width)}, ${where} has ${text(width)} columns`);
		}
	}
}

function compareLayers(config: ModelConfig, shapes: readonly TensorShape[], report: Report): void {
	if (config.layers === undefined) return;
	const stacks = new Map<string, Set<number>>();
	for (const { name } of shapes) {
		const match = LAYER.exec(name);
		if (match === null) continue;
		const stack = stacks.get(match[1]!) ?? new Set<number>();
		stacks.set(match[1]!, stack.add(Number(match[2])));
	}
	if (stacks.size !== 1) return;
	const [layers] = [...stacks.values()] as [Set<number>];
	const last = Math.max(...[...layers].slice(0, 100_000));
	const expected = config.layers;
	if (last + 1 !== expected && last + 1 !== expected + config.extraLayers) {
		report(
			`num_hidden_layers is ${text(expected)}, the weights have layers up to number ${text(last)}, that is ${text(last + 1)}`,
		);
	} else if (layers.size < last + 1) {
		const missing = Array.from({ length: Math.min(last, 100_000) }, (_, index) => index).find((index) => !layers.has(index));
		report(`the weights have no layer ${missing} of ${text(expected)}`);
	}
}

function compareHead(config: ModelConfig, shapes: readonly TensorShape[], report: Report): void {
	if (!config.causal || config.tied !== false) return;
	if (
		!shapes.some(isEmbedding) ||
		shapes.some(({ name }) => /lm_head|embed_out|output(_layer)?\.weight$|(^|\.)head\./.test(name))
	)
		return;
	report("tie_word_embeddings is false and the weights have no lm_head: it would be made at random");
}

function compareDtypes(config: ModelConfig, shapes: readonly TensorShape[], quantized: boolean, report: Report): void {
	const packed = shapes.find(({ name, dtype }) => PACKED.test(name) || (dtype.startsWith("F8_E") && name.endsWith(".weight")));
	const says = config.quantized || quantized;
	if (packed !== undefined && !says)
		report(`${shown(packed)} is quantized (${packed.dtype}), and there is no quantization_config`);
	if (says && shapes.every(({ dtype }) => FLOATS[dtype] !== undefined))
		report("it has a quantization_config, and no tensor is packed", true);
	if (config.dtype === undefined || says || packed !== undefined) return;
	const counts = new Map<string, number>();
	for (const { dtype } of shapes) if (FLOATS[dtype] !== undefined) counts.set(dtype, (counts.get(dtype) ?? 0) + 1);
	const most = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
	if (most !== undefined && FLOATS[most] !== config.dtype)
		report(`torch_dtype is ${printable(config.dtype.slice(0, 40))}, most tensors are ${most}`, true);
}

/** GPTQ and AWQ once wrote it into a file of its own. */
function hasQuantizationFile(context: CheckContext, folder: string): boolean {
	return context.has(`${folder}quantize_config.json`) || context.has(`${folder}quant_config.json`);
}

function shown({ name }: TensorShape): string {
	return printable(name.slice(0, 120));
}

function text(number: number): string {
	return number.toLocaleString("en");
}
