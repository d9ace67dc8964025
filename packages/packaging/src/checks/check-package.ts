import { lstat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { walkPackage } from "../files/walk-package.ts";
import type { PackageLock } from "../lock/package-lock.ts";
import { readLock } from "../lock/read-lock.ts";
import type { Seal } from "../lock/seal.ts";
import { CHECKS } from "./all-checks.ts";
import type { ChampionContract, CheckInput, HostFacts, PackageClaim, PublishedVersion } from "./check-input.ts";
import { type CheckSummary, runChecks } from "./run-checks.ts";

/** They say something of a package as a whole, nothing of a file. */
const NEED_A_PACKAGE: ReadonlySet<string> = new Set(["A01", "A04", "C06"]);

export interface CheckPackageOptions {
	/** Known already; else `model.lock.json` of the folder is read when it is there. */
	readonly lock?: PackageLock | undefined;
	readonly seal?: Seal | undefined;
	readonly claim?: PackageClaim | undefined;
	readonly champion?: ChampionContract | undefined;
	readonly published?: readonly PublishedVersion[] | undefined;
	readonly host?: HostFacts | undefined;
	/** How old the evaluation report may be; default 90. */
	readonly evaluationMaxAgeDays?: number | undefined;
	/** Loads the package in the real runtime; without it H11 is skipped. */
	readonly smoke?: CheckInput["smoke"];
	readonly off?: readonly string[];
	/** For the integrity tiers; default 2000. */
	readonly budgetMs?: number;
	/** Epoch ms; default the clock's. */
	readonly now?: number;
	/** Chooses the sampled chunks; default from the clock. */
	readonly seed?: number;
	readonly signal?: AbortSignal | undefined;
}

/** Validates a package folder before anything of it is loaded. Throws HeadgateError `package.*` when it cannot be walked. */
export async function checkPackage(path: string, options: CheckPackageOptions = {}): Promise<CheckSummary> {
	const files = await walkPackage(path);
	const read = options.lock === undefined ? await lockOf(path) : { lock: options.lock };
	const input = { ...defaults(options), root: path, files, ...read, withManifest: true };
	return runChecks(input, { off: options.off ?? [], signal: options.signal });
}

/** Validates one weight file by itself: no manifest, no schema, no lock. */
export async function checkWeightFile(
	path: string,
	options: Pick<CheckPackageOptions, "off" | "signal"> = {},
): Promise<CheckSummary> {
	const stats = await lstat(path).catch(() => undefined);
	if (stats === undefined || !(stats.isFile() || stats.isSymbolicLink())) {
		throw new HeadgateError("package.not-found", `there is no file ${path}`, { path });
	}
	if (stats.isSymbolicLink()) throw new HeadgateError("package.link", `${path} is a symbolic link`, { path });
	return checkLoose(dirname(path), [{ path: basename(path), size: stats.size }], options);
}

/** Validates the files of a folder as weight files, whatever package they may come from. Throws HeadgateError `package.*`. */
export async function checkLooseFiles(
	root: string,
	options: Pick<CheckPackageOptions, "off" | "signal"> = {},
): Promise<CheckSummary> {
	return checkLoose(root, await walkPackage(root), options);
}

function checkLoose(
	root: string,
	files: CheckInput["files"],
	{ off = [], signal }: Pick<CheckPackageOptions, "off" | "signal">,
): Promise<CheckSummary> {
	const checks = CHECKS.filter(({ id }) => id === "M03" || (/^[A-F]/.test(id) && !NEED_A_PACKAGE.has(id)));
	return runChecks({ ...defaults({}), root, files, withManifest: false }, { off, checks, signal });
}

function defaults(options: CheckPackageOptions) {
	const now = options.now ?? Date.now();
	const { seal, claim, champion, published, host, evaluationMaxAgeDays, smoke } = options;
	const known = { seal, claim, champion, published, host, evaluationMaxAgeDays, smoke };
	return { now, seed: options.seed ?? now % 2 ** 32, budgetMs: options.budgetMs ?? 2_000, ...known };
}

async function lockOf(root: string): Promise<{ lock?: PackageLock; lockProblem?: string }> {
	try {
		const lock = await readLock(root);
		return lock === undefined ? {} : { lock };
	} catch (error) {
		return { lockProblem: (error as Error).message };
	}
}
