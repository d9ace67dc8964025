import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { ReadAt } from "../../files/read-at.ts";
import type { TensorProblem } from "../safetensors/safetensors-file.ts";
import { GgufCursor } from "./gguf-cursor.ts";
import type { GgufHeader, GgufTensor, GgufValue } from "./gguf-file.ts";
import { readGgufValues } from "./read-gguf-values.ts";

const MAX_VALUES = 100_000;
/** It bounds what the result takes in memory; known models have a few thousand. */
const MAX_TENSORS = 100_000;
const DEFAULT_ALIGNMENT = 32;
const MAX_NAME_BYTES = 63;
const MAX_DIMS = 4;
const MAX_PROBLEMS = 100;
/** The least that a key with its value, and the entry of a tensor, can take. */
const VALUE_BYTES = 8 + 1 + 4 + 1;
const TENSOR_BYTES = 8 + 4 + 4 + 8;

/**
 * Reads the header of a GGUF file, its metadata and its list of tensors; whether sizes and offsets make sense together is
 * `ggufLayoutProblems`. The rules are those of `gguf.cpp` in llama.cpp, with tighter limits. Throws HeadgateError `weights.empty`,
 * `weights.cut-off`, `gguf.header`, `gguf.version`, `gguf.metadata`, `gguf.duplicate-key`, `gguf.alignment`, `gguf.tensor` or
 * `gguf.limit`, with file and place.
 */
export async function readGgufHeader(source: ReadAt, name: string, signal?: AbortSignal): Promise<GgufHeader> {
	if (source.size === 0) throw new HeadgateError("weights.empty", `${name} is empty (0 bytes)`, { path: name });
	const cursor = new GgufCursor(source, name, signal);
	await cursor.need(Math.min(24, cursor.size), "the header");
	const version = readVersion(cursor);
	await cursor.need(16, "the header");
	const tensorCount = readCount(cursor, "tensors", MAX_TENSORS);
	const valueCount = readCount(cursor, "keys", MAX_VALUES);
	const least = tensorCount * TENSOR_BYTES + valueCount * VALUE_BYTES;
	if (least > cursor.left) {
		throw cursor.cutOff(`the list of ${number(valueCount)} keys and ${number(tensorCount)} tensors`, least);
	}
	const metadata = await readGgufValues(cursor, valueCount);
	const alignment = alignmentOf(cursor, metadata["general.alignment"]);
	const problems: TensorProblem[] = [];
	const tensors = await readTensors(cursor, tensorCount, problems);
	const dataAt = tensorCount === 0 ? cursor.at : Math.ceil(cursor.at / alignment) * alignment;
	return { version, metadata, alignment, tensors, dataAt, fileBytes: cursor.size, problems };
}

function readVersion(cursor: GgufCursor): number {
	const magic = cursor.bytes(Math.min(4, cursor.left)).toString("latin1");
	if (magic !== "GGUF") throw cursor.fault("gguf.header", `it begins with '${printable(magic)}', expected 'GGUF'`);
	if (!cursor.has(4)) throw cursor.cutOff("the version", 4);
	const version = cursor.u32();
	if (version !== 0 && (version & 0xffff) === 0) {
		const message = "its numbers are byte-swapped (big-endian), expected little-endian";
		throw cursor.fault("gguf.version", message);
	}
	if (version !== 2 && version !== 3) throw cursor.fault("gguf.version", `it is of version ${version}, expected 2 or 3`);
	return version;
}

function readCount(cursor: GgufCursor, what: string, most: number): number {
	const at = cursor.at;
	const count = BigInt.asIntN(64, cursor.u64());
	if (count >= 0n && count <= BigInt(most)) return Number(count);
	const message = `the number of ${what} at offset ${at} is ${count.toLocaleString("en")}, expected 0 to ${number(most)}`;
	throw cursor.fault("gguf.header", message);
}

function alignmentOf(cursor: GgufCursor, value: GgufValue | undefined): number {
	if (value === undefined) return DEFAULT_ALIGNMENT;
	const fault = (got: string): HeadgateError =>
		cursor.fault("gguf.alignment", `general.alignment is ${got}, expected a uint32 that is a power of two from 8 on`);
	if (value.type !== "uint32" || typeof value.value !== "number") throw fault(`of type ${value.type}`);
	if (value.value < 8 || (value.value & (value.value - 1)) !== 0) throw fault(number(value.value));
	return value.value;
}

async function readTensors(cursor: GgufCursor, count: number, problems: TensorProblem[]): Promise<GgufTensor[]> {
	const tensors: GgufTensor[] = [];
	const names = new Set<string>();
	for (let index = 0; index < count; index++) {
		const at = cursor.at;
		const name = await readName(cursor, index);
		const what = name === "" ? "a tensor without a name" : `tensor '${printable(name)}'`;
		if (names.has(name)) throw cursor.fault("gguf.duplicate-key", `${what} stands twice, again at offset ${number(at)}`);
		names.add(name);
		if (!cursor.has(4)) await cursor.need(4, what);
		const rank = cursor.u32();
		if (rank > MAX_DIMS) throw cursor.fault("gguf.tensor", `${what} has ${number(rank)} dimensions, at most 4 are allowed`);
		if (!cursor.has(8 * rank + 12)) await cursor.need(8 * rank + 12, what);
		const dimsAt = cursor.at;
		const dims: number[] = [];
		for (let dim = 0; dim < rank; dim++) dims.push(cursor.length());
		const type = cursor.u32();
		const offset = cursor.length();
		if (Number.isSafeInteger(offset) && dims.every((dim) => dim > 0) && product(dims) <= Number.MAX_SAFE_INTEGER) {
			tensors.push({ name, dims, type, offset });
		} else if (problems.length < MAX_PROBLEMS) {
			cursor.at = dimsAt;
			const problem = tensorProblem(cursor, rank);
			problems.push({ ...problem, message: `${what}: ${problem.message}`, offset: at });
		}
	}
	return tensors;
}

async function readName(cursor: GgufCursor, index: number): Promise<string> {
	const what = `the name of tensor ${number(index + 1)}`;
	const at = cursor.at;
	if (!cursor.has(8)) await cursor.need(8, what);
	const length = cursor.length();
	if (length > MAX_NAME_BYTES) {
		const text = Number.isFinite(length) ? number(length) : "2^53 or more";
		throw cursor.fault("gguf.tensor", `${what} at offset ${number(at)} has ${text} bytes, at most 63 are allowed`);
	}
	if (!cursor.has(length)) await cursor.need(length, what);
	return cursor.bytes(length).toString("utf8");
}

function product(dims: readonly number[]): number {
	let elements = 1;
	for (const dim of dims) elements *= dim;
	return elements;
}

/** What is wrong with the dimensions or the offset of a tensor, read again with all their digits. */
function tensorProblem(cursor: GgufCursor, rank: number): TensorProblem {
	const dims = Array.from({ length: rank }, () => BigInt.asIntN(64, cursor.u64()));
	cursor.at += 4;
	const offset = cursor.u64();
	const text = `[${dims.join(", ")}]`;
	if (dims.some((dim) => dim <= 0n)) {
		return { code: "gguf.tensor", message: `its dimensions are ${text}, expected whole numbers from 1 on` };
	}
	if (dims.reduce((elements, dim) => elements * dim, 1n) >= 2n ** 53n) {
		return { code: "gguf.tensor", message: `its dimensions ${text} multiply to 2^53 elements or more` };
	}
	return { code: "gguf.offsets", message: `its offset is ${offset.toLocaleString("en")}, no file is that long` };
}

function number(value: number): string {
	return value.toLocaleString("en");
}
