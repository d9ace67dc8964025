import { readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");
const EXPORTED = /^export (?:interface|type) (\w+)/gm;

/** The page that owns the words. */
export function readConcepts(): string {
	return readFileSync(path.join(ROOT, "docs/concepts.md"), "utf8");
}

/** The words in the code's spelling: what stands between backticks. */
export function codeWords(page: string): ReadonlySet<string> {
	return new Set([...page.matchAll(/`([^`]+)`/g)].map((match) => match[1]!));
}

/** Names of the types that a folder of core exports through its index. */
export function exportedTypes(folder: string): readonly string[] {
	const index = read(folder, "index.ts");
	const named = [...index.matchAll(/\btype (\w+)/g)].map((match) => match[1]!);
	const groups = [...index.matchAll(/export type \{([^}]+)\}/g)].flatMap((match) =>
		match[1]!.split(",").map((name) => name.trim()),
	);
	const files = [...index.matchAll(/export type \* from "\.\/([\w-]+\.ts)"/g)].map((match) => match[1]!);
	const whole = files.flatMap((file) => [...read(folder, file).matchAll(EXPORTED)].map((match) => match[1]!));
	return [...new Set([...named, ...groups, ...whole])].filter((name) => /^[A-Z]/.test(name)).sort();
}

/** The words of a union of strings, `export type NAME = "a" | "b"` in a file of core, read from its text: types leave no trace at run time. */
export function unionWords(folder: string, file: string, name: string): readonly string[] {
	const [, union] = new RegExp(`export type ${name} =([^;]+);`).exec(read(folder, file)) ?? [];
	if (union === undefined) throw new Error(`there is no type ${name} in ${folder}/${file}`);
	return [...union.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
}

/** Types of the events of a rollout. */
export function eventTypes(): readonly string[] {
	return [...read("rollout", "events.ts").matchAll(/Happened<\s*"(\w+)"/g)].map((match) => match[1]!);
}

function read(folder: string, file: string): string {
	return readFileSync(path.join(ROOT, "packages/core/src", folder, file), "utf8");
}
