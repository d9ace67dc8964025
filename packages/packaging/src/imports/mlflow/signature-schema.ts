import type { ColumnType, SignatureColumn, SignatureSide, SignatureTensor, ValueType } from "./signature.ts";

type Schema = Readonly<Record<string, unknown>>;

/** A whole number beyond 2^53 cannot be a JSON number without losing digits, so it may come as a string. */
const LONG: Schema = { type: ["integer", "string"], pattern: "^-?[0-9]{1,19}$" };

const COLUMNS: Readonly<Record<ColumnType, { readonly schema: Schema; readonly datatype?: string }>> = {
	boolean: { schema: { type: "boolean" }, datatype: "BOOL" },
	integer: { schema: { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647 }, datatype: "INT32" },
	long: { schema: LONG, datatype: "INT64" },
	float: { schema: { type: "number" }, datatype: "FP32" },
	double: { schema: { type: "number" }, datatype: "FP64" },
	string: { schema: { type: "string" }, datatype: "BYTES" },
	binary: { schema: { type: "string", contentEncoding: "base64" }, datatype: "BYTES" },
	datetime: { schema: { type: "string", format: "date-time" }, datatype: "BYTES" },
	any: { schema: {} },
};

const DTYPES: Readonly<Record<string, { readonly schema: Schema; readonly datatype: string }>> = {
	bool: { schema: { type: "boolean" }, datatype: "BOOL" },
	int8: { schema: { type: "integer", minimum: -128, maximum: 127 }, datatype: "INT8" },
	int16: { schema: { type: "integer", minimum: -32_768, maximum: 32_767 }, datatype: "INT16" },
	int32: COLUMNS.integer as { schema: Schema; datatype: string },
	int64: { schema: LONG, datatype: "INT64" },
	uint8: { schema: { type: "integer", minimum: 0, maximum: 255 }, datatype: "UINT8" },
	uint16: { schema: { type: "integer", minimum: 0, maximum: 65_535 }, datatype: "UINT16" },
	uint32: { schema: { type: "integer", minimum: 0, maximum: 4_294_967_295 }, datatype: "UINT32" },
	uint64: { schema: { ...LONG, pattern: "^[0-9]{1,20}$" }, datatype: "UINT64" },
	float16: { schema: { type: "number" }, datatype: "FP16" },
	float32: { schema: { type: "number" }, datatype: "FP32" },
	float64: { schema: { type: "number" }, datatype: "FP64" },
};

/** Names under which the columns or tensors of a side stand in an instance or an answer; those without one are numbered. */
export function sideNames(side: SignatureSide, fallback: string): string[] {
	const parts: readonly { readonly name?: string }[] = side.kind === "columns" ? side.columns : side.tensors;
	return parts.map(({ name }, at) => name ?? (parts.length === 1 ? fallback : `${fallback}_${at}`));
}

/** JSON Schema 2020-12 of one instance (or answer) of a signature's side. */
export function signatureSchema(title: string, side: SignatureSide, fallback: string): string {
	const names = sideNames(side, fallback);
	const isColumns = side.kind === "columns";
	const properties = isColumns ? side.columns.map(columnSchema) : side.tensors.map(tensorSchema);
	const schema = {
		$schema: "https://json-schema.org/draft/2020-12/schema",
		title,
		type: "object",
		properties: Object.fromEntries(names.map((name, at) => [name, properties[at]])),
		required: isColumns ? names.filter((_, at) => side.columns[at]!.required) : names,
		additionalProperties: false,
	};
	return `${JSON.stringify(schema, null, "\t")}\n`;
}

function columnSchema({ value, required }: SignatureColumn): Schema {
	const schema = valueSchema(value);
	const datatype = "items" in value || "values" in value || "properties" in value ? undefined : COLUMNS[value.type].datatype;
	return { ...(required ? schema : nullable(schema)), ...(datatype === undefined ? {} : { "x-tensor": { datatype } }) };
}

function valueSchema(value: ValueType): Schema {
	switch (value.type) {
		case "array":
			return { type: "array", items: valueSchema(value.items) };
		case "map":
			return { type: "object", additionalProperties: valueSchema(value.values) };
		case "object":
			return {
				type: "object",
				properties: Object.fromEntries(value.properties.map((property) => [property.name!, propertySchema(property)])),
				required: value.properties.filter(({ required }) => required).map(({ name }) => name!),
				additionalProperties: false,
			};
		default:
			return COLUMNS[value.type].schema;
	}
}

function propertySchema({ value, required }: SignatureColumn): Schema {
	return required ? valueSchema(value) : nullable(valueSchema(value));
}

/** A column that may be missing may also be there and empty, as in a data frame. */
function nullable(schema: Schema): Schema {
	const type = schema["type"];
	return type === undefined
		? schema
		: { ...schema, type: [...(Array.isArray(type) ? (type as string[]) : [type as string]), "null"] };
}

/** An open first size is the batch: a schema speaks of one instance. */
function tensorSchema({ dtype, shape }: SignatureTensor): Schema {
	const { schema, datatype } = DTYPES[dtype] ?? { schema: { type: "string" }, datatype: "BYTES" };
	const own = shape[0] === -1 ? shape.slice(1) : shape;
	const nested = own.reduceRight<Schema>((items, size) => {
		return size === -1 ? { type: "array", items } : { type: "array", items, minItems: size, maxItems: size };
	}, schema);
	return { ...nested, "x-tensor": { datatype, shape: own } };
}
