import { ERRORS } from "@headgate/protocol";
import type { ManifestProblem } from "./problem.ts";

export const MANIFEST_MAX_BYTES = 1024 * 1024;

/** The text of a manifest, or why it is not plain UTF-8 of at most 1 MiB. */
export function decodeText(input: string | Uint8Array): string | ManifestProblem {
	const size = typeof input === "string" ? Buffer.byteLength(input) : input.length;
	if (size > MANIFEST_MAX_BYTES) return tooLarge(size);
	if (typeof input === "string") return input.startsWith("\ufeff") ? encodingProblem("a byte order mark") : input;
	if (startsWith(input, [0xff, 0xfe]) || startsWith(input, [0xfe, 0xff])) return encodingProblem("a UTF-16 byte order mark");
	if (startsWith(input, [0xef, 0xbb, 0xbf])) return encodingProblem("a byte order mark");
	if (input.subarray(0, 64).includes(0)) return encodingProblem("NUL bytes, as UTF-16 has");
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(input);
	} catch {
		return encodingProblem("bytes that are not UTF-8");
	}
}

/** Says that a manifest of `size` bytes is not read. */
export function tooLarge(size: number): ManifestProblem {
	return problem("manifest.too-large", `model.yaml has ${size.toLocaleString("en")} bytes, at most 1,048,576 are read`);
}

function startsWith(input: Uint8Array, bytes: readonly number[]): boolean {
	return bytes.every((byte, index) => input[index] === byte);
}

function encodingProblem(found: string): ManifestProblem {
	return problem("manifest.encoding", `model.yaml has ${found}; save it as UTF-8`);
}

function problem(code: string, message: string): ManifestProblem {
	return { code, message, hint: ERRORS[code]?.hint ?? "", path: "" };
}
