import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** The version of a library as one of our packages gets it. */
export function libraryVersion(library: string, ofPackage: string): string {
	const require = createRequire(join(ROOT, "packages", ofPackage, "package.json"));
	return (JSON.parse(readFileSync(require.resolve(`${library}/package.json`), "utf8")) as { version: string }).version;
}

/** The commit that is measured, with `+` when files differ from it; `unknown` outside a clone. */
export function sourceRevision(): string {
	try {
		const git = (...args: string[]): string => execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: "pipe" }).trim();
		return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--", "packages", "bench") === "" ? "" : "+");
	} catch {
		return "unknown";
	}
}
