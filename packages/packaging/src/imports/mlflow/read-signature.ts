import { printable } from "../../files/package-path.ts";
import { entry, type PlainYaml, textEntry } from "../plain-yaml.ts";
import type { ColumnType, Signature, SignatureColumn, SignatureSide, SignatureTensor, ValueType } from "./signature.ts";

const COLUMN_TYPES: ReadonlySet<string> = new Set([
	"boolean",
	"integer",
	"long",
	"float",
	"double",
	"string",
	"binary",
	"datetime",
	"any",
]);
const MAX_COLUMNS = 10_000;
const MAX_DEPTH = 16;

/** Something in a signature that MLflow does not write. */
export class SignatureFault extends Error {}

/** The signature of an MLmodel; undefined where there is none. Throws SignatureFault. */
export function readSignature(mlmodel: PlainYaml): Signature | undefined {
	const signature = entry(mlmodel, "signature");
	const inputs = readSide(textEntry(signature, "inputs"), "inputs");
	if (inputs === undefined) return undefined;
	const outputs = readSide(textEntry(signature, "outputs"), "outputs");
	return { inputs, ...(outputs === undefined ? {} : { outputs }), hasParams: entry(signature, "params") !== undefined };
}

/** JSON inside the YAML: a list of columns, or of tensors. */
function readSide(text: string | undefined, where: string): SignatureSide | undefined {
	if (text === undefined) return undefined;
	let list: unknown;
	try {
		list = JSON.parse(text);
	} catch {
		throw new SignatureFault(`signature.${where} is not JSON`);
	}
	if (!Array.isArray(list) || list.length === 0)
		throw new SignatureFault(`signature.${where} is not a list of columns or tensors`);
	if (list.length > MAX_COLUMNS)
		throw new SignatureFault(`signature.${where} has more than ${MAX_COLUMNS.toLocaleString("en")} columns`);
	const isTensor = (item: unknown): boolean => isRecord(item) && item["type"] === "tensor";
	if (list.every(isTensor))
		return { kind: "tensors", tensors: list.map((item, at) => readTensor(item, `signature.${where}[${at}]`)) };
	return { kind: "columns", columns: list.map((item, at) => readColumn(item, `signature.${where}[${at}]`, 0)) };
}

function readTensor(item: unknown, where: string): SignatureTensor {
	const spec = isRecord(item) ? item["tensor-spec"] : undefined;
	const { dtype, shape } = isRecord(spec) ? spec : {};
	if (typeof dtype !== "string" || !Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= -1)) {
		throw new SignatureFault(`${where} is a tensor without a dtype and a shape`);
	}
	return { ...nameOf(item), dtype, shape };
}

function readColumn(item: unknown, where: string, depth: number): SignatureColumn {
	if (!isRecord(item)) throw new SignatureFault(`${where} is no column`);
	// MLflow before 2.10 wrote `optional` where it writes `required` now.
	const required = item["required"] !== false && item["optional"] !== true;
	return { ...nameOf(item), required, value: readType(item, where, depth) };
}

function readType(item: Record<string, unknown>, where: string, depth: number): ValueType {
	const type = item["type"];
	if (depth > MAX_DEPTH) throw new SignatureFault(`${where} is nested too deeply`);
	if (typeof type === "string" && COLUMN_TYPES.has(type)) return { type: type as ColumnType };
	const inner = (key: string): ValueType => {
		const value = item[key];
		if (!isRecord(value)) throw new SignatureFault(`${where} says no ${key}`);
		return readType(value, `${where}.${key}`, depth + 1);
	};
	if (type === "array") return { type, items: inner("items") };
	if (type === "map") return { type, values: inner("values") };
	if (type === "object" && isRecord(item["properties"])) {
		const properties = Object.entries(item["properties"]).map(([name, property]) => {
			return { ...readColumn(property, `${where}.${printable(name.slice(0, 60))}`, depth + 1), name };
		});
		return { type, properties };
	}
	throw new SignatureFault(`${where} has the type '${printable(String(type).slice(0, 60))}', which is none of MLflow's`);
}

function nameOf(item: unknown): { name?: string } {
	const name = isRecord(item) ? item["name"] : undefined;
	return typeof name === "string" || typeof name === "number" ? { name: String(name) } : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
