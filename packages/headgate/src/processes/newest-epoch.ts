import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { DataFolder } from "../config/data-folder.ts";

/**
 * The greatest epoch of the tables that gateways keep in this data folder; 0 without any. A journal restored from a backup may know only
 * smaller ones, and gateways would then serve their own table whatever control says.
 */
export function newestEpoch(folder: DataFolder): number {
	return Math.max(0, ...gatewayIds(folder).map((id) => epochOf(path.join(folder.gateway(id), "table.json"))));
}

function gatewayIds(folder: DataFolder): readonly string[] {
	try {
		return readdirSync(path.dirname(folder.gateway("any")));
	} catch {
		return [];
	}
}

/** A table that cannot be read is one that its gateway does not serve either. */
function epochOf(file: string): number {
	try {
		const { table } = JSON.parse(readFileSync(file, "utf8")) as { table: { epoch: unknown } };
		return Number.isSafeInteger(table.epoch) ? (table.epoch as number) : 0;
	} catch {
		return 0;
	}
}
