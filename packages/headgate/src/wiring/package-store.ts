import { lstat } from "node:fs/promises";
import path from "node:path";
import type { CheckReport, Installation, PackageStore, PushedPackage, PushOptions } from "@headgate/control";
import { TRAFFIC_CHECKS } from "@headgate/core/analysis";
import {
	CHECKS,
	type CheckSummary,
	checkPackage,
	type Ingested,
	type IngestOptions,
	openPackageStore,
	openUploads,
	refuses,
	renderChecks,
	type SmokeLimits,
} from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";
import { contractOf } from "./champion-contract.ts";
import { hostFacts } from "./host-facts.ts";
import { rememberedLoad } from "./remembered-load.ts";
import { runtimeManifest } from "./runtime-manifest.ts";
import { SealWatch, type SealWatchOutput } from "./seal-watch.ts";
import { smokeLoad } from "./smoke-load.ts";

/** Gives control the package store of the data folder, with the checks of packaging. */
export async function packageStore(
	folder: DataFolder,
	installation: Installation,
	output: SealWatchOutput = SILENT,
): Promise<PackageStore> {
	const store = await openPackageStore(folder.packages);
	const uploads = await openUploads(store);
	const seals = new SealWatch(store, output);
	void seals.renew();
	const published = (name: string) => installation.versionsOf(name).map(({ version, digest }) => ({ version, digest }));
	const ingestOptions = ({ onProgress, signal }: PushOptions): IngestOptions => ({
		signal,
		published: async (name) => published(name),
		onProgress: ({ bytesDone, bytesTotal }) => onProgress({ doneBytes: bytesDone, totalBytes: bytesTotal }),
	});
	return {
		push: async (source, options) => {
			const isArchive = (await lstat(source).catch(() => undefined))?.isFile() === true;
			const ingest = isArchive ? store.ingestArchive : store.ingestFolder;
			return toPushed(await ingest.call(store, source, ingestOptions(options)));
		},
		uploads: {
			begin: (claim) => uploads.begin(claim),
			status: (id) => uploads.status(id),
			append: (id, index, part) => uploads.append(id, index, part),
			requireWhole: (id) => uploads.requireWhole(id),
			finish: async (id, options) => toPushed(await uploads.finish(id, ingestOptions(options))),
			discard: (id) => uploads.discard(id),
		},
		verify: async (digest) => {
			const started = performance.now();
			const corruption = await store.verifyWhole(digest);
			const ms = Math.round(performance.now() - started);
			if (corruption === undefined) return { ms, problem: null };
			const hint = "Push the package again; if nobody touched it, suspect the disk.";
			return { ms, problem: { id: "A04", message: corruption.message, hint } };
		},
		checkNames: [...CHECKS.map(({ id }) => id), ...TRAFFIC_CHECKS],
		check: async (digest, { championDigest, hasServed, off, evaluationAgeMs }) => {
			const stored = await store.find(digest);
			if (stored === undefined)
				throw new HeadgateError("package.not-found", `the package ${digest} is not in the store any more`);
			const manifest = await store.manifest(digest);
			// What has served here before is judged on being whole alone: a way back must not close, on a host with little room either.
			const judged = hasServed
				? { evaluationMaxAgeDays: Number.POSITIVE_INFINITY }
				: {
						...ageDays(evaluationAgeMs),
						host: await hostFacts(folder.packages),
						smoke: (limits: SmokeLimits, stop: AbortSignal) => {
							return rememberedLoad(path.join(folder.packages, "loading"), digest, () =>
								smokeLoad(stored.path, runtimeManifest(manifest), limits, stop),
							);
						},
						champion: championDigest === null ? undefined : await contractOf(await store.path(championDigest)),
						published: published(manifest.name),
					};
			const taken = await seals.take(digest);
			const summary = await checkPackage(stored.path, {
				...judged,
				lock: stored.lock,
				seal: await store.seals.read(digest),
				off: off.filter((id) => !TRAFFIC_CHECKS.includes(id)),
			});
			await seals.checked(taken, summary);
			return toReport(summary);
		},
	};
}

const SILENT: SealWatchOutput = { note: () => {}, alarm: () => {} };

function ageDays(ms: number | undefined): { readonly evaluationMaxAgeDays?: number } {
	return ms === undefined ? {} : { evaluationMaxAgeDays: ms / 86_400_000 };
}

function toPushed({ digest, manifest, lock, summary }: Ingested): PushedPackage {
	const bytes = lock.files.reduce((sum, file) => sum + file.size, 0);
	const { name, version } = manifest;
	return { digest, name, version, owner: manifest.owner.team, bytes, report: toReport(summary) };
}

function toReport(summary: CheckSummary): CheckReport {
	const problems = summary.results.filter(refuses).map(({ id, message, hint }) => ({ id, message, hint }));
	const { level, ms, notVerified } = summary;
	const lines = renderChecks(summary).split("\n");
	return { passed: summary.verdict === "pass", level: level ?? "none", ms: Math.round(ms), notVerified, problems, lines };
}
