import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** RFC 8785 canonical JSON: the bytes that every digest in Headgate is taken over. Throws on NaN, Infinity and cycles. */
export function canonicalJson(value: unknown): string {
	const text = canonicalize(value);
	if (text === undefined) throw new TypeError("canonicalJson: the value has no JSON form");
	return text;
}

/** `sha256:<64 hex>` over the canonical JSON of the value. */
export function digestOf(value: unknown): string {
	return `sha256:${createHash("sha256").update(canonicalJson(value), "utf8").digest("hex")}`;
}
