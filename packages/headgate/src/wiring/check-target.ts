import { lstat } from "node:fs/promises";
import path from "node:path";
import { TRAFFIC_CHECKS } from "@headgate/core/analysis";
import { parseEndpoint } from "@headgate/core/plan";
import {
	type CheckPackageOptions,
	type CheckSummary,
	checkLooseFiles,
	checkPackage,
	checkWeightFile,
	isArchive,
	MANIFEST_FILE,
} from "@headgate/packaging";
import { accepted, HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";
import { contractOf, manifestOf } from "./champion-contract.ts";
import { hostFacts } from "./host-facts.ts";
import { openArchive, openPackage } from "./open-package.ts";
import { runtimeManifest } from "./runtime-manifest.ts";
import { smokeLoad } from "./smoke-load.ts";

export interface CheckRequest {
	readonly target: string;
	/** Also loads it, in a process of its own, on this host. */
	readonly run: boolean;
	/** endpoint.yaml as data: its policy holds. */
	readonly endpoint?: unknown;
	/** A package folder, or `name@version`: what callers are used to. */
	readonly champion?: string | undefined;
	readonly signal: AbortSignal;
	/** The first load has begun. */
	readonly onLoad: () => void;
}

export interface CheckedTarget {
	readonly kind: "package" | "archive" | "file";
	readonly summary: CheckSummary;
}

/** Checks a package folder, an archive or one weight file, as `headgate check` does. What is unpacked is removed again, whatever happens. */
export async function checkTarget(request: CheckRequest, data: DataFolder): Promise<CheckedTarget> {
	const { target, signal } = request;
	const stats = await lstat(target).catch((cause: unknown) => {
		throw new HeadgateError("package.not-found", `there is nothing at ${target}`, { path: target, cause });
	});
	const policy = request.endpoint === undefined ? { off: [] } : policyOf(request.endpoint);
	if (stats.isDirectory()) return { kind: "package", summary: await checkFolder(target, request, policy, data) };
	if (stats.isFile() && isArchive(target)) return checkArchive(request, policy, data);
	refuseOptions(request, "one file");
	return { kind: "file", summary: await checkWeightFile(target, { off: policy.off, signal }) };
}

/** An archive of a package, or of files that are none: those are judged as weight files are. */
async function checkArchive(request: CheckRequest, policy: Policy, data: DataFolder): Promise<CheckedTarget> {
	const { target, signal } = request;
	const { folder, close } = await openArchive(target, signal);
	try {
		const isPackage = await lstat(path.join(folder, MANIFEST_FILE)).then(
			() => true,
			() => false,
		);
		if (isPackage) return { kind: "archive", summary: await checkFolder(folder, request, policy, data) };
		refuseOptions(request, `an archive without ${MANIFEST_FILE}`);
		const summary = await checkLooseFiles(folder, { off: policy.off, signal });
		const words = `that it is a package: there is no ${MANIFEST_FILE} in it, so its files were judged one by one`;
		return { kind: "archive", summary: { ...summary, notVerified: [words, ...summary.notVerified] } };
	} finally {
		await close();
	}
}

/** What only a package has. */
function refuseOptions({ target, run, champion }: CheckRequest, what: string): void {
	const option = run ? "--run" : champion === undefined ? undefined : "--champion";
	if (option !== undefined) throw new HeadgateError("command.invalid", `${option} needs a package, ${target} is ${what}`);
}

type Policy = Pick<CheckPackageOptions, "evaluationMaxAgeDays"> & { readonly off: readonly string[] };

async function checkFolder(folder: string, request: CheckRequest, policy: Policy, data: DataFolder): Promise<CheckSummary> {
	const { run, champion, signal, onLoad } = request;
	const options: CheckPackageOptions = {
		...policy,
		signal,
		...(champion === undefined ? {} : { champion: await championContract(champion, data) }),
	};
	if (!run) return checkPackage(folder, options);
	return checkPackage(folder, {
		...options,
		host: await hostFacts(folder),
		smoke: async (limits, stop) => {
			onLoad();
			return smokeLoad(folder, runtimeManifest(await manifestOf(folder)), limits, stop);
		},
	});
}

async function championContract(target: string, data: DataFolder) {
	const opened = await openPackage(target, data);
	try {
		return await contractOf(opened.folder);
	} finally {
		await opened.close();
	}
}

function policyOf(raw: unknown): Policy {
	const { off, evaluationAgeMs } = accepted(parseEndpoint(raw)).checks;
	const age = evaluationAgeMs === undefined ? {} : { evaluationMaxAgeDays: evaluationAgeMs / 86_400_000 };
	return { off: off.filter((id) => !TRAFFIC_CHECKS.includes(id)), ...age };
}
