import { isUtf8 } from "node:buffer";
import { HeadgateError } from "@headgate/protocol";
import { jsonErrorOffset } from "./json-error-offset.ts";
import { scanBody } from "./scan-body.ts";

const MAX_DEPTH = 64;

/**
 * Reads a body once. Integers that a number would round come as BigInt; numbers beyond the range of FP64 are refused. Throws
 * `gateway.invalid-json` with the offset, or `gateway.too-deep`.
 */
export function parseJsonBody(body: Buffer): unknown {
	if (body.length === 0) throw new HeadgateError("gateway.invalid-json", "the body is empty, expected JSON");
	if (!isUtf8(body)) throw new HeadgateError("gateway.invalid-json", "the body is not valid UTF-8");
	const { tooDeepAt, hasUnusualNumbers } = scanBody(body, MAX_DEPTH);
	// Before parsing, so that nothing downstream has to fear recursion.
	if (tooDeepAt >= 0)
		throw new HeadgateError("gateway.too-deep", `the body nests deeper than ${MAX_DEPTH} levels at offset ${tooDeepAt}`);
	const text = body.toString("utf8");
	try {
		return hasUnusualNumbers ? JSON.parse(text, exactNumber as Reviver) : JSON.parse(text);
	} catch (error) {
		if (error instanceof HeadgateError) throw error;
		const offset = jsonErrorOffset(text);
		const what = offset >= text.length ? "it ends too early" : `unexpected ${JSON.stringify(text[offset])}`;
		throw new HeadgateError("gateway.invalid-json", `the body is not JSON: ${what} at offset ${offset}`, {
			path: `offset ${offset}`,
		});
	}
}

type Reviver = (this: unknown, key: string, value: unknown) => unknown;

function exactNumber(_key: string, value: unknown, context: { source?: string }): unknown {
	if (typeof value !== "number" || Number.isSafeInteger(value) || context.source === undefined) return value;
	if (/^-?\d{1,40}$/.test(context.source)) return BigInt(context.source);
	if (Number.isFinite(value)) return value;
	throw new HeadgateError("gateway.invalid-json", `the body holds a number beyond range: ${context.source.slice(0, 40)}`);
}
