import { printable } from "../../files/package-path.ts";
import type { TensorProblem } from "../safetensors/safetensors-file.ts";
import { GGML_TYPES } from "./ggml-types.ts";
import type { GgufHeader, GgufTensor } from "./gguf-file.ts";

const MAX_PROBLEMS = 100;

/**
 * What is wrong with the types, sizes and offsets of the tensors, at most 100 things and 100 warnings. Each tensor must begin where the one before it
 * ends, filled up to the alignment, and the last must end inside the file. The size of a type that is not known is not guessed: the
 * tensor gets a warning, and the sum goes on from where the next tensor says it begins.
 */
export function ggufLayoutProblems(header: GgufHeader): TensorProblem[] {
	const problems: TensorProblem[] = [...header.problems];
	// Where one entry is broken, all offsets behind it would look wrong.
	if (problems.length === 0) problems.push(...offsetProblems(header));
	return problems;
}

function offsetProblems({ tensors, alignment, dataAt, fileBytes }: GgufHeader): TensorProblem[] {
	const problems: TensorProblem[] = [];
	const add = (code: string, message: string, severity?: "warn"): void => {
		const alike = problems.filter((problem) => problem.severity === severity).length;
		if (alike < MAX_PROBLEMS) problems.push({ code, message, ...(severity === undefined ? {} : { severity }) });
	};
	/** Undefined behind a tensor whose size is unknown. */
	let expected: number | undefined = 0;
	let end = 0;
	for (const tensor of tensors) {
		const { offset } = tensor;
		if (expected === undefined ? offset < end || offset % alignment !== 0 : offset !== expected) {
			const wanted = expected === undefined ? `a multiple of ${alignment} from ${number(end)} on` : number(expected);
			add("gguf.offsets", `tensor ${shown(tensor)} begins at ${number(offset)} of the data, expected ${wanted}`);
		}
		const bytes = bytesOf(tensor);
		if (typeof bytes === "number") {
			end = offset + bytes;
			expected = Math.ceil(end / alignment) * alignment;
			continue;
		}
		add(bytes.code, bytes.message, bytes.severity);
		end = offset;
		expected = undefined;
	}
	const size = dataAt + end;
	if (tensors.length === 0) return problems;
	if (size > fileBytes) {
		const last = `the last tensor ${shown(tensors.at(-1)!)}`;
		add("weights.cut-off", `cut off: ${last} ends at offset ${number(size)}, the file has ${number(fileBytes)} bytes`);
	} else if (expected !== undefined && problems.length === 0 && dataAt + expected < fileBytes) {
		const more = number(fileBytes - dataAt - expected);
		add("gguf.trailing", `${more} bytes follow the last tensor from offset ${number(dataAt + expected)} on`, "warn");
	}
	return problems;
}

function bytesOf(tensor: GgufTensor): number | TensorProblem {
	const type = GGML_TYPES.get(tensor.type);
	if (type === undefined) {
		const message = `tensor ${shown(tensor)} has the type ${tensor.type}, which this release does not know: its size was not verified`;
		return { code: "gguf.tensor", message, severity: "warn" };
	}
	const row = tensor.dims[0] ?? 1;
	if (row % type.blockElements !== 0) {
		const message = `tensor ${shown(tensor)} has rows of ${number(row)} elements, ${type.name} needs a multiple of ${type.blockElements}`;
		return { code: "gguf.tensor", message };
	}
	// The reader keeps the product below 2^53; sizes beyond it lose digits, but are longer than any file all the same.
	return (tensor.dims.reduce((product, dim) => product * dim, 1) / type.blockElements) * type.blockBytes;
}

function shown({ name }: GgufTensor): string {
	return `'${printable(name.slice(0, 80))}'`;
}

function number(value: number): string {
	return value.toLocaleString("en");
}
