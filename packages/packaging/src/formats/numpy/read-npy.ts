import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { Reader } from "../../files/read-at.ts";
import { descriptorBytes } from "./npy-descriptor.ts";
import { type Literal, parseLiteral } from "./python-literal.ts";

const MAGIC = "\x93NUMPY";
/** numpy itself reads no longer one without allow_pickle; the header of an array with a thousand fields has less. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** The header of an .npy file. */
export interface NpyArray {
	/** Its type as written, cut to 80 characters. */
	readonly descriptor: string;
	readonly shape: readonly number[];
	/** It holds Python objects: what follows the header is a pickle. */
	readonly holdsObjects: boolean;
	/** Offset of the first value. */
	readonly dataAt: number;
	/** Of all values; for objects what is left. */
	readonly dataBytes: number;
}

/** Reads and judges the header of an array of numpy. Throws HeadgateError `npy.malformed` and `weights.cut-off`. */
export const readNpy: Reader<NpyArray> = async (source, name, signal) => {
	signal?.throwIfAborted();
	const malformed = (message: string): HeadgateError => new HeadgateError("npy.malformed", `${name}: ${message}`, { path: name });
	const head = Buffer.from(await source.read(0, 12));
	if (head.toString("latin1", 0, 6) !== MAGIC || head.length < 12) throw malformed("it does not begin like an .npy file");
	const [major, minor] = [head[6]!, head[7]!];
	if (major < 1 || major > 3 || minor !== 0) throw malformed(`it is of version ${major}.${minor}, known are 1.0, 2.0 and 3.0`);
	const at = major === 1 ? 10 : 12;
	const length = major === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
	if (length > MAX_HEADER_BYTES)
		throw malformed(`its header says ${length.toLocaleString("en")} bytes, at most 1,048,576 are read`);
	if (at + length > source.size) throw cutOff(name, `its header has ${length} bytes, ${source.size - at} are left`);
	const header = parseHeader(Buffer.from(await source.read(at, length)).toString(major === 3 ? "utf8" : "latin1"));
	if (typeof header === "string") throw malformed(header);
	const itemBytes = descriptorBytes(header.descr);
	if (typeof itemBytes === "string" && itemBytes !== "object") throw malformed(itemBytes);
	const descriptor = printable(JSON.stringify(header.descr)).slice(0, 80);
	const dataAt = at + length;
	const left = source.size - dataAt;
	const { shape } = header;
	if (itemBytes === "object") return { descriptor, shape, holdsObjects: true, dataAt, dataBytes: left };
	const bytes = shape.reduce((product, dim) => product * BigInt(dim), BigInt(itemBytes));
	const sizes = `its shape (${shape.join(", ").slice(0, 80)}) and type take ${bytes.toLocaleString("en")} bytes, it has ${left.toLocaleString("en")}`;
	if (bytes > BigInt(left)) throw cutOff(name, sizes);
	if (bytes < BigInt(left)) throw malformed(sizes);
	return { descriptor, shape, holdsObjects: false, dataAt, dataBytes: left };
};

/** The header is a Python dict with exactly three keys. */
function parseHeader(text: string): { readonly descr: Literal; readonly shape: readonly number[] } | string {
	const header = parseLiteral(text.trim());
	if (header === undefined) return "its header is no Python literal";
	if (!(header instanceof Map) || header.size !== 3) return "its header is no dict with descr, fortran_order and shape";
	const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((key) => header.get(key));
	if (descr === undefined || typeof order !== "boolean" || !Array.isArray(shape))
		return "its header lacks descr, fortran_order or shape";
	if (shape.length > 64) return `it has ${shape.length} dimensions, numpy allows 64`;
	const bad = shape.find((dim) => typeof dim !== "number" || !Number.isSafeInteger(dim) || dim < 0);
	return bad === undefined ? { descr, shape: shape as number[] } : "its shape has a dimension that is no number of items";
}

function cutOff(name: string, message: string): HeadgateError {
	return new HeadgateError("weights.cut-off", `${name} is cut off: ${message}`, { path: name });
}
