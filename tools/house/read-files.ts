import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Files } from "./check-files.ts";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** Every TypeScript file that the table of the house speaks of. */
export function readHouse(root: string = ROOT): Files {
	const packages = readdirSync(path.join(root, "packages")).map((name) => `packages/${name}/src`);
	const files = [...packages, "tools", "bench"].flatMap((folder) => listFiles(root, folder));
	return new Map(files.sort().map((file) => [file, readFileSync(path.join(root, file), "utf8")]));
}

function listFiles(root: string, folder: string): string[] {
	let entries: string[];
	try {
		entries = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
	} catch {
		return [];
	}
	return entries.filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name.split(path.sep).join("/")}`);
}
