import { type GlobalValue, kindOf, type TupleValue, type Value } from "./pickle-value.ts";

/** What an allowed call gives. */
export interface AllowedCall {
	/** The class of the instance it gives; undefined for a value without a state. */
	readonly makes?: GlobalValue;
	/** For numpy.dtype: the text it is made of, empty when it is not written out. */
	readonly dtypeCode?: string;
}

/** Whether an allowed name may be called with these arguments: what comes of it, or why not (continues "calls X ..."). */
export function allowedCall(callee: GlobalValue, args: TupleValue, asNew: boolean): AllowedCall | string {
	const { kind } = callee.use!;
	if (kind === "value") return "which may be named but not called";
	if (asNew && (kind === "maker" || kind === "function")) return "like a class";
	const items = args.items;
	switch (`${callee.module}.${callee.name}`) {
		case "_codecs.encode":
			// Another codec is a module that is imported by this name, or a decompressor.
			if (items?.length === 2 && (items[1] === "latin1" || items[1] === "latin-1")) return {};
			return "with another encoding than latin1";
		case "copyreg._reconstructor":
		case "copy_reg._reconstructor":
			if (items?.length !== 3 || !isClass(items[0]) || !isClass(items[1])) return "without a class that is named";
			return { makes: items[0] };
		case "numpy.dtype":
			return { makes: callee, dtypeCode: typeof items?.[0] === "string" ? items[0] : "" };
	}
	if (kind === "function") return {};
	const made = items?.[0];
	return { makes: kind === "maker" && isClass(made) ? made : callee };
}

function isClass(value: Value | undefined): value is GlobalValue {
	if (value === undefined || kindOf(value) !== "global") return false;
	const kind = (value as GlobalValue).use?.kind;
	return kind === "class" || kind === "mapping" || kind === "sequence";
}
