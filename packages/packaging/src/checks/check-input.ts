import type { PackageFile } from "../files/walk-package.ts";
import type { PackageLock } from "../lock/package-lock.ts";
import type { Seal } from "../lock/seal.ts";
import type { SmokeLimits, SmokeLoad } from "./evidence/smoke-load.ts";

/** What the sender said the package is. */
export interface PackageClaim {
	readonly packageDigest?: string;
	readonly files?: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

/** What H03 needs to know of the version that answers now. */
export interface ChampionContract {
	readonly version: string;
	readonly inputSchema: unknown;
	readonly outputSchema: unknown;
}

/** Another version of the same model in the store. */
export interface PublishedVersion {
	readonly version: string;
	/** `sha256:<64 hex>`. */
	readonly digest: string;
}

/** What the machine has that would run the package. */
export interface HostFacts {
	/** Bytes that one model may take. */
	readonly memoryBytes: number;
	/** Bytes free where packages are kept. */
	readonly diskFreeBytes: number;
	readonly cpus: number;
	readonly gpus: number;
	/** Exact versions of what is installed, by name: `node`, `onnxruntime`, `python`, ... */
	readonly versions: Readonly<Record<string, string>>;
}

/** Everything a run of the checks may know. What is absent is not known: checks that need it are skipped and say so. */
export interface CheckInput {
	/** The package folder. */
	readonly root: string;
	readonly files: readonly PackageFile[];
	/** Epoch ms. */
	readonly now: number;
	/** For the integrity tiers. */
	readonly budgetMs: number;
	/** Chooses the sampled chunks; the same seed chooses the same. */
	readonly seed: number;
	readonly lock?: PackageLock | undefined;
	/** Why there is a lock that cannot be used. */
	readonly lockProblem?: string | undefined;
	readonly seal?: Seal | undefined;
	readonly claim?: PackageClaim | undefined;
	readonly champion?: ChampionContract | undefined;
	/** Every version of this model that is stored, itself perhaps among them. */
	readonly published?: readonly PublishedVersion[] | undefined;
	readonly host?: HostFacts | undefined;
	/** How old the evaluation report may be; default 90. */
	readonly evaluationMaxAgeDays?: number | undefined;
	/** Loads the package in the real runtime, in a process of its own, and runs its examples: H11. Never rejects for what the package does. */
	readonly smoke?: ((limits: SmokeLimits, signal: AbortSignal) => Promise<SmokeLoad>) | undefined;
	/** False for a weight file alone. */
	readonly withManifest: boolean;
}
