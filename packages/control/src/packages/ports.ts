import type { Uploads } from "./uploads.ts";

/** What control needs of a package store. The store itself, with its checks, lives outside. */
export interface PackageStore {
	/** Copies, checks and seals a folder. Throws a HeadgateError (exit 1 or 2) naming what is wrong; then nothing is left behind. */
	push(folder: string, options: PushOptions): Promise<PushedPackage>;
	/** What an endpoint's policy may turn off by name. */
	readonly checkNames: readonly string[];
	/** The pre-deploy checks of a sealed package, a first load in its runtime among them. */
	check(digest: string, options: CheckOptions): Promise<CheckReport>;
	/** Reads every byte of a sealed package, at the lowest priority. Faults are thrown. */
	verify(digest: string): Promise<Verification>;
	readonly uploads: Uploads;
}

/** What reading every byte found. */
export interface Verification {
	readonly ms: number;
	/** What differs from what was pushed; null when nothing does. */
	readonly problem: CheckReport["problems"][number] | null;
}

export interface CheckOptions {
	readonly championDigest: string | null;
	/** It has answered at this endpoint before: it is judged on being whole, not on being newer than what answers now. */
	readonly hasServed: boolean;
	/** Names that the endpoint's policy turned off. */
	readonly off: readonly string[];
	/** An evaluation may be this old; undefined where the policy does not say. */
	readonly evaluationAgeMs?: number | undefined;
}

export interface PushOptions {
	readonly onProgress: (progress: PushProgress) => void;
	/** Ends the push with `push.cancelled`; nothing is left behind. */
	readonly signal?: AbortSignal;
}

export interface PushProgress {
	readonly doneBytes: number;
	readonly totalBytes: number;
}

export interface PushedPackage {
	readonly digest: string;
	readonly name: string;
	readonly version: string;
	readonly owner: string;
	readonly bytes: number;
	readonly report: CheckReport;
}

export interface CheckReport {
	readonly passed: boolean;
	/** How far verification went: L0 (lock only) to L4 (every byte). */
	readonly level: string;
	readonly ms: number;
	readonly notVerified: readonly string[];
	readonly problems: readonly { readonly id: string; readonly message: string; readonly hint: string }[];
	/** The checklist as lines for people. */
	readonly lines: readonly string[];
}
