/** A pickle begins with PROTO, GLOBAL or MARK: how base64 and hex write these bytes. */
const STARTS = new Set(["gA", "Y2", "Y3", "KG", "80", "63", "28"]);
const MIN_CHARACTERS = 16;
const MAX_CHARACTERS = 16 * 1024 * 1024;
const HEX = /^(?:80|63|28)[0-9a-fA-F]+$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}\s*$/;

/** The bytes that a literal writes in base64 or hex, when they may be a pickle: programs that hide one decode it with a second call. */
export function writtenPickle(literal: Uint8Array): Uint8Array | undefined {
	if (literal.length < MIN_CHARACTERS || literal.length > MAX_CHARACTERS) return undefined;
	if (!STARTS.has(String.fromCharCode(literal[0]!, literal[1]!))) return undefined;
	const text = Buffer.from(literal).toString("latin1");
	if (HEX.test(text)) return Buffer.from(text, "hex");
	return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}
