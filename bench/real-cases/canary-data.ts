import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Real cases lie beside the repository, never in it. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/canary");

export function hasCanaryData(): boolean {
	return existsSync(FOLDER);
}

/** The text of a file of the folder; one that ends in `.gz` unpacked. */
export function readCanaryData(path: string): string {
	const bytes = readFileSync(join(FOLDER, path));
	return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Rows of a CSV file without quotes. */
export function readCanaryRows(path: string): readonly (readonly string[])[] {
	return readCanaryData(path)
		.trim()
		.split(/\r?\n/)
		.map((line) => line.split(","));
}
