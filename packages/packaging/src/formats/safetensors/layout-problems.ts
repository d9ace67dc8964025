import { printable } from "../../files/package-path.ts";
import { dtypeBits } from "./dtypes.ts";
import type { SafetensorsHeader, SafetensorsTensor, TensorProblem } from "./safetensors-file.ts";

const MAX_PROBLEMS = 100;
/** The reference implementation calculates with unsigned 64-bit numbers and refuses what does not fit. */
const MAX_U64 = 2n ** 64n - 1n;

/**
 * What is wrong with types, shapes and offsets, at most 100 things: empty when every tensor has the bytes that its shape takes and
 * the tensors fill the data from the first byte to the last, without overlap or hole. The rules of `Metadata::validate` of the
 * reference implementation.
 */
export function layoutProblems(header: SafetensorsHeader): TensorProblem[] {
	const problems: TensorProblem[] = [...header.problems];
	for (const tensor of header.tensors) {
		const problem = sizeProblem(tensor);
		if (problem !== undefined) problems.push(problem);
		if (problems.length >= MAX_PROBLEMS) return problems;
	}
	// Where one entry's range is unknown, its neighbours would look as if they left a hole.
	if (header.problems.length === 0) problems.push(...rangeProblems(header));
	return problems.slice(0, MAX_PROBLEMS);
}

function sizeProblem(tensor: SafetensorsTensor): TensorProblem | undefined {
	const { name, dtype, shape, begin, end } = tensor;
	const bits = dtypeBits(dtype);
	const elements = product(shape);
	if (bits !== undefined && typeof elements === "number" && elements * bits === (end - begin) * 8 && end >= begin)
		return undefined;
	const problem = (code: string, message: string): TensorProblem => ({ code, message: `tensor ${shown(name)}: ${message}` });
	if (bits === undefined)
		return problem("safetensors.dtype", `the dtype ${shown(dtype)} is unknown, expected F32, BF16, I64 or the like`);
	if (end < begin) return problem("safetensors.offsets", `it ends at ${number(end)}, before it begins at ${number(begin)}`);
	const text = `the shape [${shape.join(", ")}] of ${dtype}`;
	if (elements === undefined || BigInt(elements) * BigInt(bits) > MAX_U64) {
		return problem("safetensors.shape", `${text} takes more than 2^64 bits`);
	}
	const total = BigInt(elements) * BigInt(bits);
	if (total % 8n !== 0n) return problem("safetensors.shape", `${text} takes ${number(total)} bits, which are not whole bytes`);
	if (total / 8n === BigInt(end - begin)) return undefined;
	const got = `data_offsets [${begin}, ${end}] give ${number(end - begin)}`;
	return problem("safetensors.shape", `${text} takes ${number(total / 8n)} bytes, ${got}`);
}

/** Undefined when the product, taken from left to right, leaves 64 bits. */
function product(shape: readonly number[]): number | bigint | undefined {
	let small = 1;
	for (let index = 0; index < shape.length; index++) {
		if (small * shape[index]! <= Number.MAX_SAFE_INTEGER) {
			small *= shape[index]!;
			continue;
		}
		let large = BigInt(small);
		for (const rest of shape.slice(index)) {
			large *= BigInt(rest);
			if (large > MAX_U64) return undefined;
		}
		return large;
	}
	return small;
}

function rangeProblems({ tensors, dataBytes, headerBytes }: SafetensorsHeader): TensorProblem[] {
	const problems: TensorProblem[] = [];
	const dataAt = 8 + headerBytes;
	let reached = 0;
	let last: SafetensorsTensor | undefined;
	for (const tensor of inOrder(tensors)) {
		if (problems.length >= MAX_PROBLEMS) return problems;
		const { name, begin, end } = tensor;
		if (begin < reached) {
			const both = `tensors ${shown(last!.name)} [${last!.begin}, ${last!.end}] and ${shown(name)} [${begin}, ${end}] overlap`;
			const message = `${both}: the second begins at ${number(begin)}, expected ${number(reached)}`;
			problems.push({ code: "safetensors.overlap", message, offset: dataAt + begin });
		} else if (begin > reached) {
			const before = last === undefined ? "the data begin" : `tensor ${shown(last.name)} ends`;
			const hole = `${number(begin - reached)} bytes belong to no tensor`;
			const message = `${hole}: ${before} at ${number(reached)}, tensor ${shown(name)} begins at ${number(begin)}`;
			problems.push({ code: "safetensors.hole", message, offset: dataAt + reached });
		}
		if (end >= reached) last = tensor;
		reached = Math.max(reached, end);
	}
	if (reached > dataBytes) {
		const message = `cut off: the tensors take ${number(reached)} bytes after the header, the file has ${number(dataBytes)} of them`;
		problems.push({
			code: "weights.cut-off",
			message: `${message} (the last tensor is ${shown(last!.name)})`,
			offset: dataAt + dataBytes,
		});
	} else if (reached < dataBytes) {
		const where = `from offset ${number(dataAt + reached)} on`;
		const message = `${number(dataBytes - reached)} bytes follow the last tensor ${where}, expected the end of the file`;
		problems.push({ code: "safetensors.trailing", message, offset: dataAt + reached });
	}
	return problems;
}

/** By offset. Writers keep that order, so that there is mostly nothing to sort. */
function inOrder(tensors: readonly SafetensorsTensor[]): readonly SafetensorsTensor[] {
	const before = (a: SafetensorsTensor, b: SafetensorsTensor): number => a.begin - b.begin || a.end - b.end;
	return tensors.every((tensor, index) => index === 0 || before(tensors[index - 1]!, tensor) <= 0)
		? tensors
		: tensors.toSorted(before);
}

function shown(name: string): string {
	return `'${printable(name.slice(0, 80))}'`;
}

function number(value: number | bigint): string {
	return value.toLocaleString("en");
}
