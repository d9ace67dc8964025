import { type DictValue, type DtypeValue, type InstanceValue, kindOf, type TupleValue, type Value } from "./pickle-value.ts";

/** Bytes of one item of the kinds whose number says their bytes. */
const FIXED = /^[<>|=]?([?bBhHiIlLqQefdgFDG]|b1|[iu](1|2|4|8)|f(2|4|8|12|16)|c(8|16|24|32)|[mM]8)$/;
const LETTERS: Readonly<Record<string, number>> = {
	"?": 1,
	b: 1,
	B: 1,
	h: 2,
	H: 2,
	i: 4,
	I: 4,
	q: 8,
	Q: 8,
	e: 2,
	f: 4,
	d: 8,
	F: 8,
	D: 16,
};
/** Position of the size of one item in the state that numpy gives a dtype. */
const STATE_ITEM_BYTES = 5;
const STATE_FIELDS = 4;
const STATE_SUBTYPE = 2;

/** Bytes of one item, or why they are not known. */
export function arrayLayout(dtype: DtypeValue | undefined): { readonly itemBytes: number; readonly objects: boolean } | string {
	const code = dtype?.code ?? "";
	const state = dtype?.state?.items;
	if (dtype?.state !== undefined && state === null) return "has a type whose state is not written beside it";
	if (/^[<>|=]?O8?$/.test(code)) return { itemBytes: 0, objects: true };
	const fixed = FIXED.exec(code)?.[1];
	if (fixed !== undefined) {
		const bytes = LETTERS[fixed] ?? Number(fixed.slice(1));
		return bytes > 0 ? { itemBytes: bytes, objects: false } : `has the type '${code}', whose size depends on the machine`;
	}
	const flexible = /^[<>|=]?([SUaV])\d+$/.exec(code)?.[1];
	const itemBytes = state?.[STATE_ITEM_BYTES];
	if (flexible === undefined || typeof itemBytes !== "number" || itemBytes < 0) return "has a type that is not known here";
	const plain = kindOf(state![STATE_SUBTYPE]) === "none" && plainFields(state![STATE_FIELDS]);
	if (flexible === "V" && !plain) return "has fields of objects, or of types that are not written beside it";
	return { itemBytes, objects: false };
}

/** Records whose fields are all of a fixed size: an object among them would be a pickle in the stream. */
function plainFields(fields: Value | undefined): boolean {
	if (kindOf(fields) === "none") return true;
	if (kindOf(fields) !== "dict") return false;
	const { entries } = fields as DictValue;
	if (entries === null || entries === undefined) return false;
	return [...entries.values()].every((field) => {
		const dtype = kindOf(field) === "tuple" ? (field as TupleValue).items?.[0] : undefined;
		if (dtype === undefined || kindOf(dtype) !== "instance") return false;
		const layout = arrayLayout((dtype as InstanceValue).dtype);
		return typeof layout !== "string" && !layout.objects;
	});
}
