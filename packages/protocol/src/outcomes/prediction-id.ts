import { createHash, hash } from "node:crypto";

/**
 * A prediction's id tells by itself what an outcome must be attributed to, so that it can come a month later to any gateway, without a
 * look-up:
 *
 *     short   ms since the epoch (12 hex digits), a count (4), random of the process (16); sorts by time
 *     whole   short, then endpoint tag (8), arm tag (8), bucket of the user and kind of value (2), value (8), MAC (8)
 *
 * The short form is what errors have. The MAC keeps anyone from making up outcomes for predictions that were never made; it is no secret
 * which version answered.
 */
const SHORT = /^[0-9a-f]{32}$/;
const WHOLE = /^[0-9a-f]{66}$/;
const SHORT_DIGITS = 32;
const TAG_DIGITS = 8;
const MAC_DIGITS = 8;
const BUCKET_BITS = 0x3f;

/** The predicted value that a label will be held against: a number or truth value as float32, a text or null by its digest. */
export type SealedValue =
	| { readonly kind: "none" }
	| { readonly kind: "number"; readonly value: number }
	| { readonly kind: "digest"; readonly digest: string };

export interface SealedPrediction {
	/** When it was asked for, by the gateway's clock. */
	readonly atMs: number;
	readonly endpointTag: string;
	readonly armTag: string;
	/** 0 to 63. */
	readonly bucket: number;
	readonly value: SealedValue;
}

export type OpenedId =
	| { readonly ok: true; readonly prediction: SealedPrediction }
	| { readonly ok: false; readonly problem: "malformed" | "short" | "forged" };

export interface PredictionSealer {
	/** Completes a short id; `tags` are those of endpoint and arm, `bucket` from 0 to 63. */
	seal(shortId: string, tags: string, bucket: number, value: string): string;
	open(id: string): OpenedId;
}

/** By which an endpoint's name or an arm's key is found again: the first 8 hex digits of its sha256. */
export function tagOf(name: string): string {
	return hash("sha256", name, "hex").slice(0, TAG_DIGITS);
}

/** No value: the request had several instances, or no field that labels speak of. */
export const NO_VALUE = "0000000000";

const KINDS = { none: 0, number: 1, digest: 2 } as const;

/**
 * Kind and value as they stand in an id. A truth value is the number 0 or 1, as data sets have it; a text or null stands there by its
 * digest. A list or an object has none, because no label could equal it, and neither has a number beyond a float32. Never throws: an
 * answer must not fail over its id.
 */
export function encodeValue(value: unknown): string {
	if (typeof value === "string" || value === null) return `0${KINDS.digest}${digestOfLabel(value)}`;
	if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") return NO_VALUE;
	const number = Number(value);
	if (!Number.isFinite(Math.fround(number))) return NO_VALUE;
	const bytes = Buffer.allocUnsafe(4);
	bytes.writeFloatBE(number);
	return `0${KINDS.number}${bytes.toString("hex")}`;
}

/** How a label that is no number is compared with a prediction: of a text JSON.stringify gives the canonical form (RFC 8785). */
export function digestOfLabel(label: string | null): string {
	return hash("sha256", JSON.stringify(label), "hex").slice(0, 8);
}

/** @param secretHex the installation's sticky secret; the key of the MAC is derived from it. */
export function createPredictionSealer(secretHex: string): PredictionSealer {
	const key = createHash("sha256").update(`headgate prediction id ${secretHex}`).digest("hex");
	// The message has one length, and 4 bytes of the digest go out: nothing can be appended to it.
	const mac = (text: string): string => hash("sha256", key + text, "hex").slice(0, MAC_DIGITS);
	return {
		seal(shortId, tags, bucket, value) {
			const kindAndBucket = ((Number.parseInt(value.slice(0, 2), 16) << 6) | (bucket & BUCKET_BITS))
				.toString(16)
				.padStart(2, "0");
			const text = shortId + tags + kindAndBucket + value.slice(2);
			return text + mac(text);
		},
		open(id) {
			if (SHORT.test(id)) return { ok: false, problem: "short" };
			if (!WHOLE.test(id)) return { ok: false, problem: "malformed" };
			if (mac(id.slice(0, -MAC_DIGITS)) !== id.slice(-MAC_DIGITS)) return { ok: false, problem: "forged" };
			const at = (from: number, digits: number) => id.slice(SHORT_DIGITS + from, SHORT_DIGITS + from + digits);
			const kindAndBucket = Number.parseInt(at(2 * TAG_DIGITS, 2), 16);
			return {
				ok: true,
				prediction: {
					atMs: Number.parseInt(id.slice(0, 12), 16),
					endpointTag: at(0, TAG_DIGITS),
					armTag: at(TAG_DIGITS, TAG_DIGITS),
					bucket: kindAndBucket & BUCKET_BITS,
					value: decodeValue(kindAndBucket >> 6, at(2 * TAG_DIGITS + 2, 8)),
				},
			};
		},
	};
}

function decodeValue(kind: number, hex: string): SealedValue {
	if (kind === KINDS.number) return { kind: "number", value: Buffer.from(hex, "hex").readFloatBE() };
	return kind === KINDS.digest ? { kind: "digest", digest: hex } : { kind: "none" };
}
