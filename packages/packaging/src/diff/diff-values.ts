import { isDeepStrictEqual } from "node:util";
import type { ValueChange } from "./package-diff.ts";

const MAX_DEPTH = 16;

/** Differences between two values of JSON kind, by path. Lists are compared as a whole: a shifted list is one difference, not twenty. */
export function diffValues(before: unknown, after: unknown, path = "", depth = 0): ValueChange[] {
	if (isDeepStrictEqual(before, after)) return [];
	if (before === undefined) return [{ path, change: "added", after }];
	if (after === undefined) return [{ path, change: "removed", before }];
	if (!isRecord(before) || !isRecord(after) || depth >= MAX_DEPTH) return [{ path, change: "changed", before, after }];
	const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
	return keys.flatMap((key) => {
		const [was, is] = [own(before, key), own(after, key)];
		return diffValues(was, is, path === "" ? key : `${path}.${key}`, depth + 1);
	});
}

function own(record: Record<string, unknown>, key: string): unknown {
	return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
