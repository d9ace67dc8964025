import { compare, inc, major, minor, patch } from "semver";
import type { Bump } from "./change.ts";

/** What the step between two versions declares: nothing when it goes back. Before 1.0.0 the second number plays the part of the first. */
export function declaredBump(from: string, to: string): Bump {
	if (compare(to, from) < 0) return "none";
	if (major(from) !== major(to)) return "major";
	if (minor(from) !== minor(to)) return major(from) === 0 ? "major" : "minor";
	if (patch(from) !== patch(to)) return major(from) === 0 ? "minor" : "patch";
	return from === to ? "none" : "patch";
}

/** The next version that declares at least this bump. */
export function nextVersion(from: string, needed: Exclude<Bump, "none">): string {
	const step = major(from) === 0 ? ({ major: "minor", minor: "patch", patch: "patch" } as const)[needed] : needed;
	return inc(from, step) ?? from;
}
