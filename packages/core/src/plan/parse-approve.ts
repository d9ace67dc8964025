import { nearestWord } from "../kernel/nearest.ts";
import { readText } from "./read-value.ts";
import type { RefusalList } from "./refusal-list.ts";
import { RISK_KEYS } from "./risk-keys.ts";

/** Reads the condition of an approval, `stakes = high`: one key of the risk profile compared with one word. */
export function parseApproveWhen(list: RefusalList, value: unknown, path: string): string | undefined {
	const text = readText(list, value, path);
	if (text === undefined) return undefined;
	const match = /^([a-z_]+)\s*(?:=|!=)\s*[A-Za-z0-9_.-]+$/.exec(text);
	if (match === null) return list.addShared("invalid-value", `when "${text}" is not a condition`, 'write "stakes = high"', path);
	const key = match[1] ?? "";
	if (RISK_KEYS.includes(key)) return text;
	const nearest = nearestWord(key, RISK_KEYS);
	const hint = nearest === undefined ? `the risk profile knows ${RISK_KEYS.join(", ")}` : `did you mean ${nearest}?`;
	return list.addShared("invalid-value", `when "${text}": "${key}" is not in the risk profile`, hint, path);
}
