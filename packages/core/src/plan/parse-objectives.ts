import { nearestWord } from "../kernel/nearest.ts";
import { exampleAmount } from "./gate-amount.ts";
import { findMetric, METRIC_WORDS, type MetricRow } from "./metric-table.ts";
import { NO_OBJECTIVES, type Objectives } from "./objectives.ts";
import { readDurationMs, readMap, readRatio, show } from "./read-value.ts";
import type { RefusalList } from "./refusal-list.ts";

/** Reads `objectives: { latency_p99: 250ms, error_rate: 1%, auc: { min: 0.80 } }`. */
export function parseObjectives(list: RefusalList, raw: unknown, path: string): Objectives {
	const map = readMap(list, raw, path);
	if (map === undefined) return NO_OBJECTIVES;
	const latencyUs: Record<string, number> = {};
	const quality: Record<string, number> = {};
	let errorRatio: number | null = null;
	for (const [name, value] of Object.entries(map)) {
		const at = `${path}.${name}`;
		const row = findMetric(name);
		if (row === undefined || row.name === "business") {
			const nearest = nearestWord(name, METRIC_WORDS);
			const hint =
				nearest === undefined ? "write latency_p99: 250ms, error_rate: 1% or auc: { min: 0.80 }" : `did you mean ${nearest}?`;
			list.addShared("unknown-key", `objective "${name}" is not known`, hint, at);
		} else if (row.name === "latency") {
			const ms = readDurationMs(list, value, at, { min: 0.001, max: 3_600_000 });
			if (ms !== undefined) latencyUs[name] = Math.round(ms * 1_000);
		} else if (row.name === "error_rate") {
			errorRatio = readRatio(list, value, at, { min: 0, max: 99, above: true }) ?? null;
		} else {
			const limit = readLimit(list, value, at, row);
			if (limit !== undefined) quality[name] = limit;
		}
	}
	return { latencyUs, errorRatio, quality };
}

/** Reads `{ min: 0.80 }` or, for a metric that does harm when high, `{ max: 0.1 }`. */
function readLimit(list: RefusalList, value: unknown, path: string, row: MetricRow): number | undefined {
	const map = readMap(list, value, path);
	if (map === undefined) return undefined;
	const side = row.harm === "low" ? "min" : "max";
	list.checkKeys(map, [side], path);
	const limit = map[side];
	const at = `${path}.${side}`;
	if (limit === undefined || limit === null) {
		return list.addShared("missing-key", `${side} is missing`, `write ${row.name}: { ${side}: ... }`, at);
	}
	if (typeof limit === "string" && row.unit === "ratio") return readRatio(list, limit, at, { min: 0, max: 100 });
	if (typeof limit !== "number" || !Number.isFinite(limit)) {
		return list.addShared("invalid-value", `${side} is ${show(limit)}, not a number`, exampleAmount(row, false), at);
	}
	if (row.unit !== "ratio" || (limit >= 0 && limit <= 1)) return limit;
	return list.addShared(
		"out-of-range",
		`${side} ${limit} is not between 0 and 1`,
		`${row.name} is a share: write 0.8 or "80%"`,
		at,
	);
}
