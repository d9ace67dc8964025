import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable } from "../../files/package-path.ts";
import { normalName, type Requirement, renderRequirement } from "../requirement.ts";
import { findPython, type Python } from "./find-python.ts";
import { runPip } from "./run-pip.ts";

/** One archive of the answer. */
export interface LockedDistribution {
	/** PEP 503. */
	readonly name: string;
	readonly version: string;
	/** `sha256:<64 hex>`, and others that the index gave for the same archive. */
	readonly hashes: readonly string[];
}

export type Resolution =
	| {
			readonly ok: true;
			readonly python: Python;
			readonly locked: readonly LockedDistribution[];
			/** Names that no index has; only of those that may be missing. */
			readonly missing: readonly string[];
	  }
	| { readonly ok: false; readonly reason: string; readonly python?: Python };

export interface ResolveOptions {
	/** Exact or minor version of the interpreter the model was made with. */
	readonly wantedPython?: string | undefined;
	/** The interpreter's command; else it is looked for. */
	readonly python?: string | undefined;
	/** Names that came from conda: they may be missing on PyPI. */
	readonly mayBeMissing?: ReadonlySet<string>;
	/** In all; default 240 s. */
	readonly deadlineMs?: number;
	/** Called each second with what is going on. */
	readonly onProgress?: ((text: string) => void) | undefined;
	readonly signal?: AbortSignal | undefined;
}

const DEADLINE_MS = 240_000;
const MAX_MISSING = 20;

/**
 * Exact versions and hashes for requirements, found by pip for the machine it runs on. pip sees names, extras, versions and markers
 * only, never the file they stood in. Does not throw for what pip, its absence or the network refuses: `reason` says it.
 */
export async function resolveRequirements(
	requirements: readonly Requirement[],
	options: ResolveOptions = {},
): Promise<Resolution> {
	const folder = await mkdtemp(join(tmpdir(), "headgate-resolve-"));
	const startedAtMs = Date.now();
	let words = "looking for python";
	const tell = (): void => options.onProgress?.(`${words}  ${Math.round((Date.now() - startedAtMs) / 1_000)} s`);
	const ticker = setInterval(tell, 1_000);
	try {
		tell();
		const python = await findPython(options.wantedPython, options.python, folder);
		if (typeof python === "string") return { ok: false, reason: python };
		words = `resolving ${requirements.length} requirement${requirements.length === 1 ? "" : "s"} with python ${python.version}`;
		tell();
		return await ask(python, requirements, { ...options, folder, endsAtMs: startedAtMs + (options.deadlineMs ?? DEADLINE_MS) });
	} finally {
		clearInterval(ticker);
		await rm(folder, { recursive: true, force: true });
	}
}

async function ask(
	python: Python,
	requirements: readonly Requirement[],
	options: ResolveOptions & { readonly folder: string; readonly endsAtMs: number },
): Promise<Resolution> {
	const missing: string[] = [];
	for (;;) {
		const asked = requirements.filter(({ name }) => !missing.includes(name));
		const { folder, signal } = options;
		const deadlineMs = Math.max(1, options.endsAtMs - Date.now());
		const answer = await runPip(python, asked.map(renderRequirement), { folder, deadlineMs, signal });
		if (answer.ok) {
			const locked = readReport(answer.report);
			return typeof locked === "string" ? { ok: false, reason: locked, python } : { ok: true, python, locked, missing };
		}
		const lost = lostName(answer.reason, options.mayBeMissing, missing);
		if (lost === undefined) return { ok: false, reason: answer.reason, python };
		missing.push(lost);
	}
}

/** pip names one at a time. A name of which other versions exist is not missing: that is a conflict for a person. */
function lostName(reason: string, mayBeMissing: ReadonlySet<string> | undefined, missing: readonly string[]): string | undefined {
	const said = /satisfies the requirement ([A-Za-z0-9._-]+).*?\(from versions: none\)/.exec(reason)?.[1];
	const name = said === undefined ? undefined : normalName(said);
	return name !== undefined && mayBeMissing?.has(name) === true && missing.length < MAX_MISSING ? name : undefined;
}

interface PipReport {
	readonly install?: readonly {
		readonly metadata?: { readonly name?: string; readonly version?: string };
		readonly is_direct?: boolean;
		readonly download_info?: {
			readonly archive_info?: { readonly hash?: string; readonly hashes?: Readonly<Record<string, string>> };
		};
	}[];
}

/** The distributions of pip's installation report, version 1; a sentence when one has no hash. */
function readReport(report: unknown): LockedDistribution[] | string {
	const locked: LockedDistribution[] = [];
	for (const { metadata, is_direct, download_info } of (report as PipReport).install ?? []) {
		const { name, version } = metadata ?? {};
		if (name === undefined || version === undefined) return "pip's report has an entry without name and version";
		const shown = printable(`${name}==${version}`.slice(0, 120));
		if (is_direct === true) return `${shown} would come from a direct address`;
		const { hash, hashes } = download_info?.archive_info ?? {};
		const known = { ...(hash === undefined ? {} : Object.fromEntries([hash.split("=", 2)])), ...hashes } as Record<
			string,
			string
		>;
		if (!/^[0-9a-f]{64}$/.test(known["sha256"] ?? "")) return `the index gives no sha256 for ${shown}`;
		const strong = ["sha256", "sha384", "sha512"].filter((algorithm) => known[algorithm] !== undefined);
		locked.push({ name: normalName(name), version, hashes: strong.map((algorithm) => `${algorithm}:${known[algorithm]}`) });
	}
	return locked.sort((a, b) => (a.name < b.name ? -1 : 1));
}
