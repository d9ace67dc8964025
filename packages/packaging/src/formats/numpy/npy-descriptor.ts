import type { Literal } from "./python-literal.ts";

const CODE = /^[<>|=]?(?:([biufcmMSaUVO])(\d{1,9})?|\?)(\[[0-9]{0,6}[A-Za-zμ]{1,7}\])?$/;
const MAX_DEPTH = 8;

/** Bytes of one item of a type as .npy headers write it, "object" when it holds Python objects anywhere, or what is wrong with it. */
export function descriptorBytes(descr: Literal, depth = 0): number | string {
	if (typeof descr === "string") return codeBytes(descr);
	if (!Array.isArray(descr) || depth > MAX_DEPTH) return unknown(descr);
	// A pair of type and shape, where the fields' list has only lists in it.
	if (
		descr.length === 2 &&
		typeof descr[0] === "string" &&
		Array.isArray(descr[1]) &&
		descr[1].every((dim) => typeof dim === "number")
	) {
		return times(codeBytes(descr[0]), descr[1] as number[]);
	}
	let sum = 0;
	let objects = false;
	for (const field of descr as readonly Literal[]) {
		if (!Array.isArray(field) || field.length < 2 || field.length > 3) return unknown(descr);
		const shape = field[2] === undefined ? [] : typeof field[2] === "number" ? [field[2]] : field[2];
		if (!Array.isArray(shape) || !shape.every((dim) => typeof dim === "number" && dim >= 0)) return unknown(descr);
		const bytes = times(descriptorBytes(field[1]!, depth + 1), shape as number[]);
		if (bytes === "object") objects = true;
		else if (typeof bytes === "string") return bytes;
		else sum += bytes;
	}
	return objects ? "object" : sum;
}

function codeBytes(code: string): number | string {
	const match = CODE.exec(code);
	if (match === null) return unknown(code);
	const [, kind, digits] = match;
	if (kind === "O") return "object";
	if (kind === undefined) return 1;
	return digits === undefined ? unknown(code) : Number(digits) * (kind === "U" ? 4 : 1);
}

function times(bytes: number | string, shape: readonly number[]): number | string {
	return typeof bytes === "string" ? bytes : shape.reduce((product, dim) => product * dim, bytes);
}

function unknown(descr: Literal): string {
	return `its type ${JSON.stringify(descr)?.slice(0, 60) ?? ""} is not known`;
}
