import { printable } from "../../files/package-path.ts";
import type { Reader } from "../../files/read-at.ts";
import type { FileFormat } from "../../formats/detect-format.ts";
import { STRUCTURE_READERS } from "../../formats/structures.ts";
import { lockedStructure } from "../../lock/build-lock.ts";
import { LOCK_FILE, lockProblem, type PackageLock } from "../../lock/package-lock.ts";
import { type Corruption, fitsBudget, sampleChunks, type Tier, verifyAllChunks, wrongSizes } from "../../lock/verify-tiers.ts";
import { type Check, type CheckOutcome, fail, judge, pass } from "../check.ts";
import type { CheckContext } from "../context.ts";

const HINT = "Push the package again; if it was not touched, suspect the disk.";

/** What the tiers found; `detail` of A04. */
export interface IntegrityReport {
	/** The deepest tier that passed with none above it failing; null when not even L0 did. */
	readonly level: Tier | null;
	readonly seed: number;
	/** Why every byte had to be read at once; empty when the seal held. */
	readonly brokenSeals: readonly string[];
	readonly chunksSampled: number;
}

export const a04Integrity: Check = {
	id: "A04",
	title: "Nothing changed since it was stored",
	severity: "block",
	refuses:
		"A package that differs from its lock. L0 recomputes the digest from the lock, L1 compares files with their seals, L2 compares " +
		"structures, L3 hashes sampled chunks, L4 hashes every byte when the time allows, and always when a seal is broken.",
	why:
		"Weights rot on disks and are overwritten by hand; a model with changed weights answers as readily as before, only wrongly. A sample " +
		"does not find a single rotten sector, which is why the level is said and every byte is read in the background.",
	// A broken seal forces every byte to be read, however long that takes.
	deadlineMs: 1_800_000,
	async run(context) {
		const { lock, lockProblem: unusable } = context.input;
		if (unusable !== undefined)
			return fail("package.lock", unusable, "Delete it, or push the package again.", { file: LOCK_FILE });
		if (lock === undefined) return withoutLock(context);
		return verify(context, lock);
	},
};

async function withoutLock(context: CheckContext): Promise<CheckOutcome> {
	const whole = await readableStructures(context);
	const report: IntegrityReport = { level: whole ? "L2" : null, seed: context.input.seed, brokenSeals: [], chunksSampled: 0 };
	return {
		status: "skipped",
		message: "there is no lock yet: push makes one",
		hint: "",
		detail: { ...report },
		notVerified: ["L0, L1, L3, L4: the folder has no lock, so there is nothing to compare its bytes with"],
	};
}

/** Whether the package has files with a structure, and all can be read. */
async function readableStructures(context: CheckContext): Promise<boolean> {
	let count = 0;
	for (const [format, reader] of Object.entries(STRUCTURE_READERS) as [FileFormat, Reader<unknown>][]) {
		const files = await context.filesOf(format);
		if ((await context.readable(format, reader)).length < files.length) return false;
		count += files.length;
	}
	return count > 0;
}

async function verify(context: CheckContext, lock: PackageLock): Promise<CheckOutcome> {
	const { input, signal } = context;
	const deadline = performance.now() + input.budgetMs;
	const report = { level: null as Tier | null, seed: input.seed, brokenSeals: [] as string[], chunksSampled: 0 };
	const failed = (tier: Tier, ...found: readonly Corruption[]): CheckOutcome => {
		const findings = found.map(({ file, message }) => {
			return { code: "package.corrupt", message: `${tier}: ${message}`, hint: HINT, file };
		});
		return { ...judge(findings, pass("")), detail: { ...report } };
	};
	const problem = lockProblem(lock);
	if (problem !== undefined) return failed("L0", { message: problem, file: LOCK_FILE });
	report.level = "L0";
	const sizes = wrongSizes(lock, new Map(input.files.map((file) => [file.path, file.size])));
	if (sizes.length > 0) return failed("L1", ...sizes);
	report.brokenSeals = [...(await context.brokenSeals())];
	report.level = "L1";
	const structure = await changedStructure(context, lock);
	if (structure !== undefined)
		return failed("L2", { message: `${printable(structure)} has another structure than when it was stored`, file: structure });
	report.level = "L2";
	let whole = report.brokenSeals.length > 0 || fitsBudget(lock, undefined, 0);
	if (!whole) {
		const now = performance.now();
		const sample = await sampleChunks(lock, (path) => context.open(path), {
			seed: input.seed,
			deadline: (now + deadline) / 2,
			signal,
		});
		report.chunksSampled = sample.chunks;
		if (sample.corruption !== undefined) return failed("L3", sample.corruption);
		report.level = "L3";
		whole = fitsBudget(lock, sample.bytesPerMs, deadline - performance.now());
	}
	if (whole) {
		const corrupt = await verifyAllChunks(input.root, lock, signal);
		if (corrupt.length > 0) return failed("L4", ...corrupt);
		report.level = "L4";
	}
	return verified(lock, report);
}

/** The file whose structure differs from the lock's, or undefined. What cannot be read is C01's finding. */
async function changedStructure(context: CheckContext, lock: PackageLock): Promise<string | undefined> {
	for (const { path, format, structureSha256 } of lock.formats) {
		const reader = STRUCTURE_READERS[format];
		if (reader === undefined) continue;
		const structure = await context.read(path, reader).catch(() => undefined);
		if (structure === undefined || lockedStructure(path, format, structure).structureSha256 !== structureSha256) return path;
	}
	return undefined;
}

function verified(lock: PackageLock, report: IntegrityReport): CheckOutcome {
	const total = lock.files.reduce((sum, file) => sum + file.size, 0).toLocaleString("en");
	const seals = report.brokenSeals.length === 0 ? "seals hold" : `seal broken (${report.brokenSeals[0]})`;
	const message =
		report.level === "L4"
			? `${seals}, all ${total} bytes verified`
			: `${seals}, ${report.chunksSampled} chunks of 8 MiB sampled (seed ${report.seed})`;
	const outcome: CheckOutcome = { status: "pass", message, hint: "", detail: { ...report } };
	if (report.level === "L4") return outcome;
	const words = `L4: ${report.chunksSampled} chunks of ${total} bytes were sampled; a change elsewhere would not be seen yet`;
	return { ...outcome, notVerified: [words] };
}
