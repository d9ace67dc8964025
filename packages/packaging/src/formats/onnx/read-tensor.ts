import { ENTRY, SPARSE, TENSOR } from "./message-kinds.ts";
import type { OnnxTensor } from "./onnx-model.ts";
import { packedIntegers, type Span, type Walk } from "./walk.ts";

const MAX_RANK = 64;
/** Typed integers are counted by reading them; above this many bytes their count stays unknown. */
const COUNT_MAX_BYTES = 1024 * 1024;

export async function readTensor(walk: Walk, span: Span, place: OnnxTensor["place"], main: boolean): Promise<OnnxTensor> {
	walk.keep();
	const dims: number[] = [];
	const externalEntries: (readonly [string, string])[] = [];
	let name = "";
	let elemType = 0;
	let raw: OnnxTensor["raw"] = null;
	let typedCount: number | null = 0;
	let external = false;
	await walk.fields(span, TENSOR, (field) => {
		switch (field.number) {
			case 1:
				return readDims(walk, field, dims);
			case 2:
				elemType = walk.integer(field, "data_type");
				return;
			case 8:
				return walk.name(field, "tensor name").then((text) => {
					name = text;
				});
			case 9:
				walk.reader.expectWire(field, 2, "tensor data");
				raw = { offset: field.start, bytes: field.end - field.start };
				return;
			case 13:
				return readEntry(walk, walk.enter(field, 0, "external data entry")).then((entry) => {
					externalEntries.push(entry);
				});
			case 14:
				external = walk.integer(field, "data_location") === 1;
				return;
			default:
				return countTyped(walk, field).then((count) => {
					typedCount = count === null || typedCount === null ? null : typedCount + count;
				});
		}
	});
	return { name, place, main, elemType, dims, at: span.start, raw, typedCount, external, externalEntries };
}

/** The two tensors of a sparse one. */
export async function readSparse(walk: Walk, span: Span): Promise<OnnxTensor[]> {
	const tensors: OnnxTensor[] = [];
	await walk.fields(span, SPARSE, (field) => {
		if (field.number !== 1 && field.number !== 2) return;
		return readTensor(walk, walk.enter(field, 0, "sparse tensor"), "sparse", false).then((tensor) => {
			tensors.push(tensor);
		});
	});
	return tensors;
}

type FieldOf = Parameters<Parameters<Walk["fields"]>[2]>[0];

async function readDims(walk: Walk, field: FieldOf, dims: number[]): Promise<void> {
	if (field.wire === 2) {
		const values = packedIntegers(await walk.reader.bytes(field, MAX_RANK * 10, "dims"));
		if (values === undefined) throw walk.reader.malformed("dims end inside a number", field.start);
		for (const value of values) {
			if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw walk.reader.malformed(`a dimension is ${value}, too large`, field.start);
			dims.push(Number(value));
		}
	} else dims.push(walk.integer(field, "dims"));
	if (dims.length > MAX_RANK) throw walk.reader.malformed(`a tensor has more than ${MAX_RANK} dimensions`, field.start);
	if (dims.at(-1)! < 0) throw walk.reader.malformed(`a dimension is ${dims.at(-1)}`, field.start);
}

async function readEntry(walk: Walk, span: Span): Promise<readonly [string, string]> {
	walk.keep();
	let key = "";
	let value = "";
	await walk.fields(span, ENTRY, (field) => {
		if (field.number === 1)
			return walk.name(field, "key").then((text) => {
				key = text;
			});
		if (field.number === 2)
			return walk.name(field, "value").then((text) => {
				value = text;
			});
		return;
	});
	return [key, value];
}

/** Elements in float_data (4), int32_data (5), string_data (6), int64_data (7), double_data (10), uint64_data (11). */
async function countTyped(walk: Walk, field: FieldOf): Promise<number | null> {
	const length = field.end - field.start;
	switch (field.number) {
		case 4:
			return field.wire === 2 ? length / 4 : 1;
		case 10:
			return field.wire === 2 ? length / 8 : 1;
		case 6:
			return 1;
		case 5:
		case 7:
		case 11: {
			if (field.wire !== 2) return 1;
			if (length > COUNT_MAX_BYTES) return null;
			const bytes = await walk.reader.bytes(field, COUNT_MAX_BYTES, "tensor data");
			return bytes.reduce((count, byte) => (byte < 0x80 ? count + 1 : count), 0);
		}
		default:
			return 0;
	}
}
