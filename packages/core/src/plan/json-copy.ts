/** A value as JSON has it: what may be kept in a configuration and hashed. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Beyond these a configuration is a mistake or an attack (YAML aliases can grow without end). */
const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;

/** Copies a JSON value; undefined when it is none (a date, NaN, a cycle) or larger than a configuration should be. */
export function copyJson(value: unknown): Json | undefined {
	let left = MAX_VALUES;
	const copy = (from: unknown, depth: number): Json | undefined => {
		if (--left < 0 || depth > MAX_DEPTH) return undefined;
		if (from === null || typeof from === "boolean" || typeof from === "string") return from;
		if (typeof from === "number") return Number.isFinite(from) ? from : undefined;
		if (Array.isArray(from)) return copyList(from, depth);
		return typeof from === "object" ? copyMap(from, depth) : undefined;
	};
	const copyList = (from: readonly unknown[], depth: number): Json | undefined => {
		const items: Json[] = [];
		for (const item of from) {
			const copied = copy(item, depth + 1);
			if (copied === undefined) return undefined;
			items.push(copied);
		}
		return items;
	};
	const copyMap = (from: object, depth: number): Json | undefined => {
		const prototype: unknown = Object.getPrototypeOf(from);
		if (prototype !== null && prototype !== Object.prototype) return undefined;
		const entries: [string, Json][] = [];
		for (const [key, item] of Object.entries(from)) {
			const copied = copy(item, depth + 1);
			if (copied === undefined) return undefined;
			entries.push([key, copied]);
		}
		return Object.fromEntries(entries);
	};
	return copy(value, 0);
}
