/** The part of `semver` that is used here: the package brings no types. */
declare module "semver" {
	export function major(version: string): number;
	export function minor(version: string): number;
	export function patch(version: string): number;
	/** Below 0 when the first comes before the second. */
	export function compare(a: string, b: string): number;
	export function inc(version: string, release: "major" | "minor" | "patch"): string | null;
}
