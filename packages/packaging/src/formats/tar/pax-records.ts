import { textOf } from "./tar-header.ts";

/** Records of a pax header, `<length> <key>=<value>\n` each, or undefined when they are malformed. The last of a key counts. */
export function parsePax(bytes: Buffer): Map<string, string> | undefined {
	const records = new Map<string, string>();
	for (let at = 0; at < bytes.length; ) {
		const space = bytes.indexOf(0x20, at);
		const digits = space === -1 || space - at > 10 ? "" : bytes.toString("latin1", at, space);
		const end = at + Number(digits);
		if (!/^[1-9]\d*$/.test(digits) || end > bytes.length || bytes[end - 1] !== 0x0a) return undefined;
		const equals = bytes.indexOf(0x3d, space + 1);
		if (equals === -1 || equals >= end) return undefined;
		records.set(textOf(bytes.subarray(space + 1, equals)), textOf(bytes.subarray(equals + 1, end - 1)));
		at = end;
	}
	return records;
}
