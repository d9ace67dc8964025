import { arrayLayout } from "./numpy-dtype.ts";
import { type DictValue, type InstanceValue, kindOf, type TupleValue, type Value } from "./pickle-value.ts";

/** What joblib writes in the place of an array: the array's bytes follow the opcode that sets its state. */
export const ARRAY_WRAPPER = { module: "joblib.numpy_pickle", name: "NumpyArrayWrapper" } as const;

/** joblib aligns to 16 bytes; the byte that says how many to skip is no opcode up to here. */
const MAX_PADDING = 16;

export type ArrayBehind =
	| { readonly problem: string }
	| {
			/** The padding with the byte that counts it; 0 when the writer did not align. */
			readonly padding: number;
			/** Of the array's values. */
			readonly bytes: number;
			/** An array of objects: a pickle of its own follows, whose length it says itself. */
			readonly isPickle: boolean;
	  };

/** How many bytes of the stream joblib takes for an array. `padding` is the byte behind the wrapper, `left` what the file has from there. */
export function arrayBehind(state: Value, padding: number, left: number): ArrayBehind {
	const entries = kindOf(state) === "dict" ? (state as DictValue).entries : undefined;
	const shape = entries?.get("shape");
	const dtype = entries?.get("dtype");
	if (entries === null || entries === undefined || kindOf(shape) !== "tuple" || kindOf(dtype) !== "instance")
		return { problem: "has no shape and type" };
	const layout = arrayLayout((dtype as InstanceValue).dtype);
	if (typeof layout === "string") return { problem: layout };
	if (layout.objects) return { padding: 0, bytes: 0, isPickle: true };
	const dims = (shape as TupleValue).items;
	if (dims === null || !dims.every((dim) => typeof dim === "number" && dim >= 0))
		return { problem: "has a shape that is not written out" };
	const bytes = (dims as number[]).reduce((product, dim) => product * dim, layout.itemBytes);
	const alignment = entries.get("numpy_array_alignment_bytes");
	const aligned = alignment !== undefined && kindOf(alignment) !== "none";
	if (aligned && padding > MAX_PADDING)
		return { problem: `is padded by ${padding} bytes, joblib pads by at most ${MAX_PADDING}` };
	const skipped = aligned ? padding + 1 : 0;
	if (bytes + skipped > left) {
		return { problem: `has ${bytes.toLocaleString("en")} bytes by its shape, ${left.toLocaleString("en")} are left in the file` };
	}
	return { padding: skipped, bytes, isPickle: false };
}
