import { type JsonSchema, tensorFields } from "@headgate/runtime";

/** A field of a schema as the tensor protocols see it. */
export interface FieldContract {
	readonly name: string;
	readonly datatype: string;
	/** Of one instance; null: any. */
	readonly shape: readonly number[] | null;
	readonly required: boolean;
}

export interface Contract {
	readonly fields: readonly FieldContract[];
	readonly byName: ReadonlyMap<string, FieldContract>;
	/** Fields whose integers must never be rounded. */
	readonly exactFields: ReadonlySet<string>;
}

/** What x-tensor says, else what the JSON type suggests: number FP64, integer INT64, string BYTES, boolean BOOL. */
export function contractOf(schema: JsonSchema): Contract {
	const properties = (schema.properties ?? {}) as Record<string, unknown>;
	const required = new Set(Array.isArray(schema.required) ? (schema.required as string[]) : []);
	const fields = tensorFields(schema).map((field): FieldContract => {
		const isArray = typesOf(properties[field.name]).includes("array");
		return {
			name: field.name,
			datatype: field.datatype ?? inferDatatype(properties[field.name]),
			shape: field.shape ?? (isArray ? null : []),
			required: required.has(field.name),
		};
	});
	const exact = fields.filter((field) => field.datatype === "INT64" || field.datatype === "UINT64");
	return {
		fields,
		byName: new Map(fields.map((field) => [field.name, field])),
		exactFields: new Set(exact.map((field) => field.name)),
	};
}

function inferDatatype(schema: unknown): string {
	const types = typesOf(schema);
	if (types.includes("array")) return inferDatatype((schema as { items?: unknown }).items);
	if (types.includes("integer")) return "INT64";
	if (types.includes("number")) return "FP64";
	return types.includes("boolean") ? "BOOL" : "BYTES";
}

function typesOf(schema: unknown): readonly unknown[] {
	const type = typeof schema === "object" && schema !== null ? (schema as { type?: unknown }).type : undefined;
	return Array.isArray(type) ? type : [type];
}
