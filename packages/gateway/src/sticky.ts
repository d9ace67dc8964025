import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
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
 * The place of a key in [0, 1): the first 52 bits of HMAC-SHA256(secret, rollout id + space + key) over 2^52. The same in every
 * gateway; another rollout tries other users.
 */
export function stickyPosition(secret: Buffer, rollout: string, key: string): number {
	const digest = createHmac("sha256", secret).update(`${rollout} ${key}`).digest();
	return (digest.readUInt32BE(0) * 2 ** 20 + (digest.readUInt32BE(4) >>> 12)) / 2 ** 52;
}
