import { HeadgateError } from "@headgate/protocol";

/** The sha-256 of a digest field (RFC 9530) in 64 hexadecimal digits; undefined where there is no field. Throws `upload.digest`. */
export function readDigest(field: string, value: string | undefined): string | undefined {
	if (value === undefined) return undefined;
	const found = /(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):/.exec(value);
	if (found !== null) return Buffer.from(found[1]!, "base64").toString("hex");
	throw new HeadgateError("upload.digest", `${field} holds no sha-256 in the form sha-256=:BASE64:`, { path: field });
}
