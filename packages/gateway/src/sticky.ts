import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { USER_BUCKETS } from "@headgate/core/analysis";
import { HeadgateError } from "@headgate/protocol";

const LONGEST_KEY = 255;

/**
 * The first key found, in the order of the endpoint's `sticky` list: `header:NAME` or `input:FIELD` (of the first instance).
 * Null without one. Throws `gateway.sticky-key` for a key of more than 255 characters.
 */
export function findStickyKey(sources: readonly string[], headers: IncomingHttpHeaders, instance: unknown): string | null {
	for (const source of sources) {
		const name = source.slice(source.indexOf(":") + 1);
		const value = source.startsWith("header:")
			? headers[name.toLowerCase()]
			: (instance as Record<string, unknown> | null)?.[name];
		const key = Array.isArray(value) ? value[0] : value;
		if (key === undefined || key === null || key === "" || typeof key === "object") continue;
		const text = String(key);
		if (text.length > LONGEST_KEY) {
			throw new HeadgateError(
				"gateway.sticky-key",
				`the sticky key ${source} has ${text.length} characters, at most ${LONGEST_KEY} are accepted`,
				{
					path: source,
				},
			);
		}
		return text;
	}
	return null;
}

/**
 * The place of a key: the first 52 bits of HMAC-SHA256(secret, rollout id + space + key) over 2^52, and from the 8 bits after them the
 * bucket of the user. The same in every gateway; another rollout tries other users.
 */
export type StickyPosition = (rollout: string, key: string) => StickyPlace;

export interface StickyPlace {
	/** In [0, 1). */
	readonly position: number;
	/** 0 to USER_BUCKETS - 1; independent of the position. */
	readonly bucket: number;
}

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Of UTF-8 for each unit of a JavaScript string. */
const MOST_BYTES_PER_UNIT = 3;
const USUAL_UNITS = 512;

/**
 * RFC 2104 with one-shot hashes: createHmac builds a key object on each call and costs three times as much. Digests are taken as
 * text: as buffers they cost three times as much again.
 */
export function compileStickyPosition(secret: Buffer): StickyPosition {
	const key = secret.length > BLOCK_BYTES ? hash("sha256", secret, "buffer") : secret;
	const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);
	let inner = Buffer.alloc(BLOCK_BYTES + USUAL_UNITS * MOST_BYTES_PER_UNIT, 0x36);
	for (let i = 0; i < key.length; i++) {
		inner[i]! ^= key[i]!;
		outer[i]! ^= key[i]!;
	}
	return (rollout, stickyKey) => {
		const message = `${rollout} ${stickyKey}`;
		const most = message.length * MOST_BYTES_PER_UNIT;
		if (BLOCK_BYTES + most > inner.length) inner = Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.alloc(most)]);
		const bytes = inner.write(message, BLOCK_BYTES, "utf8");
		outer.write(hash("sha256", inner.subarray(0, BLOCK_BYTES + bytes), "binary"), BLOCK_BYTES, "binary");
		const digest = hash("sha256", outer, "hex");
		return {
			position: Number.parseInt(digest.slice(0, 13), 16) / 2 ** 52,
			bucket: Number.parseInt(digest.slice(13, 15), 16) % USER_BUCKETS,
		};
	};
}
