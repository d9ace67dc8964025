/** MLflow's types of a column, spelled as in MLmodel. */
export type ColumnType = "boolean" | "integer" | "long" | "float" | "double" | "string" | "binary" | "datetime" | "any";

/** A value's type: a plain one, or made of others. */
export type ValueType =
	| { readonly type: ColumnType }
	| { readonly type: "array"; readonly items: ValueType }
	| { readonly type: "map"; readonly values: ValueType }
	| { readonly type: "object"; readonly properties: readonly SignatureColumn[] };

export interface SignatureColumn {
	/** Absent for an answer without a name. */
	readonly name?: string;
	readonly required: boolean;
	readonly value: ValueType;
}

export interface SignatureTensor {
	readonly name?: string;
	/** numpy's name: `float32`. */
	readonly dtype: string;
	/** -1 for a size that is open; the first is most often the batch. */
	readonly shape: readonly number[];
}

export type SignatureSide =
	| { readonly kind: "columns"; readonly columns: readonly SignatureColumn[] }
	| { readonly kind: "tensors"; readonly tensors: readonly SignatureTensor[] };

/** What goes in and what comes out, as MLmodel says. */
export interface Signature {
	readonly inputs: SignatureSide;
	readonly outputs?: SignatureSide;
	/** Whether there are inference parameters: they have no place in a package. */
	readonly hasParams: boolean;
}
