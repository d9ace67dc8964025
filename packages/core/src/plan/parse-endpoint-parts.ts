import type { EndpointConfig, StickyKey } from "./endpoint-config.ts";
import { readDurationMs, readList, readMap, readText, show } from "./read-value.ts";
import type { RefusalList } from "./refusal-list.ts";

const MAX_STICKY = 8;
const MAX_CHECKS = 200;
const EVALUATION_AGE_MS = { min: 86_400_000, max: 3_650 * 86_400_000 };
const STICKY_HINT = "write header:x-user-id or input:applicant_id";

/** Reads `sticky: [ header:x-user-id, input:applicant_id ]`; a header's name is kept in lower case. */
export function parseSticky(list: RefusalList, raw: unknown, path: string): readonly StickyKey[] | undefined {
	const entries = readList(list, raw, path, MAX_STICKY);
	return entries?.flatMap((entry, index): StickyKey[] => {
		const at = `${path}[${index}]`;
		const text = typeof entry === "string" ? entry.trim() : "";
		const header = /^header:([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100})$/.exec(text)?.[1];
		if (header !== undefined) return [{ from: "header", name: header.toLowerCase() }];
		const input = /^input:(\S.{0,199})$/.exec(text)?.[1];
		if (input !== undefined) return [{ from: "input", name: input }];
		list.addShared("invalid-value", `sticky key is ${show(entry)}`, STICKY_HINT, at);
		return [];
	});
}

/** Reads `output_limits: { score: [0, 1] }`. */
export function parseOutputLimits(
	list: RefusalList,
	raw: unknown,
	path: string,
): Readonly<Record<string, readonly [number, number]>> | undefined {
	const map = readMap(list, raw, path);
	if (map === undefined) return undefined;
	const limits: [string, readonly [number, number]][] = [];
	for (const [field, value] of Object.entries(map)) {
		const at = `${path}.${field}`;
		const [low, high, ...rest] = Array.isArray(value) ? (value as readonly unknown[]) : [];
		if (typeof low !== "number" || typeof high !== "number" || !Number.isFinite(high - low) || rest.length > 0) {
			list.addShared("invalid-value", `limits of ${field} are not two numbers`, `write ${field}: [0, 1]`, at);
		} else if (low >= high) {
			list.addShared("out-of-range", `lower limit ${low} of ${field} is not below ${high}`, `write ${field}: [LOW, HIGH]`, at);
		} else limits.push([field, [low, high]]);
	}
	return Object.fromEntries(limits);
}

/** Reads `checks: { off: [H03], evaluation_age: 90d }`. Whether such checks exist is for the catalogue of checks to say. */
export function parseChecks(list: RefusalList, raw: unknown, path: string): EndpointConfig["checks"] | undefined {
	const map = readMap(list, raw, path);
	if (map === undefined) return undefined;
	list.checkKeys(map, ["off", "evaluation_age"], path);
	const given = (key: string) => (Object.hasOwn(map, key) && map[key] !== null ? map[key] : undefined);
	const off = given("off") === undefined ? [] : readList(list, map["off"], `${path}.off`, MAX_CHECKS);
	const names = off?.flatMap((name, index) => readText(list, name, `${path}.off[${index}]`) ?? []) ?? [];
	const age = given("evaluation_age");
	const evaluationAgeMs = age === undefined ? undefined : readDurationMs(list, age, `${path}.evaluation_age`, EVALUATION_AGE_MS);
	return { off: names, ...(evaluationAgeMs === undefined ? {} : { evaluationAgeMs }) };
}
