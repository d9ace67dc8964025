import { printable } from "../files/package-path.ts";
import type { ReadAt } from "../files/read-at.ts";
import type { FloatFormat } from "../formats/float-formats.ts";
import { sampleValues, type ValueSample } from "../formats/sample-values.ts";
import type { Finding } from "./check.ts";

const SAMPLED_TENSORS = 256;
const SAMPLE_BYTES = 256 * 1024;
/** Weights up to this size are looked at as a whole. */
const WHOLE_BYTES = 64 * 1024 * 1024;
const NAMED = 10;
/** Outside, values of a type were misread or never trained. */
const PLAUSIBLE_DEVIATION = [1e-8, 1e4] as const;
/** Fewer values say nothing of how they spread. */
const MIN_SPREAD_VALUES = 64;

/** Constant or zero on purpose: biases, norms, running averages, frequencies, masks, and LoRA's second half before training. */
const EXCUSED = /bias|norm|running_|inv_freq|mask|lora_b/i;
/** Minus infinity hides a position from attention. */
const MASK = /mask/i;
const HINT = "Export or copy the model again and compare its answers with the original's.";

/** A tensor of floats, and where its bytes are. */
export interface WeightTensor {
	readonly name: string;
	readonly rank: number;
	readonly format: FloatFormat;
	readonly source: ReadAt;
	readonly raw: { readonly offset: number; readonly bytes: number };
}

export interface WeightValues {
	readonly findings: Finding[];
	readonly tensors: number;
	readonly sampledTensors: number;
	readonly bytes: number;
	readonly sampledBytes: number;
}

/**
 * What the values of a file's weights say: NaN, infinity, and matrices that are entirely zero are wrong; tensors of one value, or of
 * an implausible spread, are a warning. Of more than 64 MiB only the 256 largest tensors are looked at, 256 KiB of each.
 */
export async function judgeWeights(
	file: string,
	weights: readonly WeightTensor[],
	signal: AbortSignal,
	excused: RegExp = EXCUSED,
): Promise<WeightValues> {
	const bytes = weights.reduce((sum, { raw }) => sum + raw.bytes, 0);
	const whole = bytes <= WHOLE_BYTES;
	const chosen = whole ? weights : [...weights].sort((a, b) => b.raw.bytes - a.raw.bytes).slice(0, SAMPLED_TENSORS);
	const piles = new Piles();
	let sampledBytes = 0;
	for (const weight of chosen) {
		const { source, format, raw } = weight;
		const sample = await sampleValues(source, format, raw, whole ? raw.bytes : SAMPLE_BYTES, signal);
		sampledBytes += sample.bytesRead;
		piles.sort(weight, sample, excused.test(weight.name) || EXCUSED.test(weight.name));
	}
	const findings = piles.findings(file);
	return { findings, tensors: weights.length, sampledTensors: chosen.length, bytes, sampledBytes };
}

/** What of the weights nobody looked at, in words for the summary; undefined when all was looked at. */
export function unseenWeights({ tensors, sampledTensors, bytes, sampledBytes }: WeightValues): string | undefined {
	if (sampledBytes >= bytes) return undefined;
	const share = `${number(sampledBytes)} of ${number(bytes)} bytes in ${number(sampledTensors)} of ${number(tensors)} float tensors`;
	return `values: ${share} were looked at; wrong values elsewhere would not be seen`;
}

/** Several files as one. */
export function sumOfValues(all: readonly WeightValues[]): WeightValues {
	const sum = (of: (values: WeightValues) => number): number => all.reduce((total, values) => total + of(values), 0);
	return {
		findings: all.flatMap(({ findings }) => findings),
		tensors: sum(({ tensors }) => tensors),
		sampledTensors: sum(({ sampledTensors }) => sampledTensors),
		bytes: sum(({ bytes }) => bytes),
		sampledBytes: sum(({ sampledBytes }) => sampledBytes),
	};
}

class Piles {
	readonly #notFinite: string[] = [];
	readonly #zero: string[] = [];
	readonly #constant: string[] = [];
	readonly #spread: string[] = [];
	#allComplete = true;

	sort({ name, rank }: WeightTensor, sample: ValueSample, excused: boolean): void {
		const text = `'${printable(name.slice(0, 80))}'`;
		const infinite = sample.positiveInfinity + (MASK.test(name) ? 0 : sample.negativeInfinity);
		if (sample.nan > 0 || infinite > 0) {
			const counts = [sample.nan > 0 ? `${number(sample.nan)} NaN` : "", infinite > 0 ? `${number(infinite)} infinite` : ""];
			this.#notFinite.push(`${text} (${counts.filter((count) => count !== "").join(", ")} of ${number(sample.count)} values)`);
		} else if (excused || sample.count < 2 || rank < 2) return;
		else if (sample.zero === sample.count && rank === 2) {
			this.#zero.push(text);
			this.#allComplete &&= sample.complete;
		} else if (sample.constant || sample.zero === sample.count) this.#constant.push(text);
		else if (sample.count >= MIN_SPREAD_VALUES && !isPlausible(sample.standardDeviation)) {
			this.#spread.push(`${text} (${sample.standardDeviation.toPrecision(3)})`);
		}
	}

	findings(file: string): Finding[] {
		const found = (names: readonly string[], one: string, many: string, rest: string, severity?: "warn"): Finding[] => {
			if (names.length === 0) return [];
			const subject =
				names.length === 1
					? `tensor ${names[0]} ${one} ${rest}`
					: `${number(names.length)} tensors ${many} ${rest}: ${list(names)}`;
			const place = severity === undefined ? { file } : { file, severity };
			return [{ code: "weights.values", message: `${file}: ${subject}`, hint: HINT, ...place }];
		};
		const zero = this.#allComplete ? "entirely zero" : "entirely zero wherever they were looked at";
		return [
			...found(this.#notFinite, "holds", "hold", "NaN or infinite values"),
			...found(this.#zero, "is", "are", zero),
			...found(this.#constant, "has", "have", "one and the same value everywhere", "warn"),
			...found(this.#spread, "has", "have", "a standard deviation outside 1e-8 to 1e4", "warn"),
		];
	}
}

function isPlausible(deviation: number): boolean {
	return Number.isNaN(deviation) || (deviation >= PLAUSIBLE_DEVIATION[0] && deviation <= PLAUSIBLE_DEVIATION[1]);
}

function list(names: readonly string[]): string {
	const more = names.length - NAMED;
	return `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${number(more)} more` : ""}`;
}

function number(value: number): string {
	return value.toLocaleString("en");
}
