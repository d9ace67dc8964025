import { createHash } from "node:crypto";
import { HeadgateError } from "@headgate/protocol";
import { FakeUploads } from "./fake-uploads.ts";
import type { CheckOptions, CheckReport, PackageStore, PushedPackage, PushOptions, Verification } from "./ports.ts";

export interface FakeFolder {
	readonly name: string;
	readonly version: string;
	/** What the digest is made of. Default: name and version. */
	readonly content?: string;
	/** Why its checks refuse it, at push and at deploy. */
	readonly problem?: string;
}

/** A package store in memory: folders are what a test says they hold, a digest is the hash of that. */
export class FakePackageStore implements PackageStore {
	readonly checkNames: readonly string[] = ["C01", "C03", "H03", "crash"];
	readonly folders = new Map<string, FakeFolder>();
	/** Digests by package, checks that were asked for, and what to throw instead of checking. */
	readonly stored = new Map<string, FakeFolder>();
	readonly checked: string[] = [];
	readonly checkedWith: CheckOptions[] = [];
	checkFault: Error | null = null;
	/** What reading every byte of a package finds, by digest; and what was read. */
	readonly corrupt = new Map<string, string>();
	readonly read: string[] = [];
	/** Reading lasts until it says so. */
	whenRead: () => Promise<void> = async () => {};
	/** A whole upload is the folder whose name its first file has. */
	readonly uploads = new FakeUploads((claim, options) =>
		this.push("files" in claim ? claim.files[0]!.path : claim.archive.name, options),
	);
	/** Called in the middle of a push, with its signal. */
	onPush: (signal: AbortSignal | undefined) => Promise<void> = async () => {};

	async push(folder: string, { onProgress, signal }: PushOptions): Promise<PushedPackage> {
		const found = this.folders.get(folder);
		if (found === undefined) throw new HeadgateError("package.not-found", `there is nothing at ${folder}`);
		if (found.problem !== undefined) throw new HeadgateError("package.refused", found.problem);
		onProgress({ doneBytes: 50, totalBytes: 100 });
		await this.onPush(signal);
		if (signal?.aborted === true) throw new HeadgateError("push.cancelled", "the push was cancelled");
		onProgress({ doneBytes: 100, totalBytes: 100 });
		const { name, version, content = `${name}@${version}` } = found;
		const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
		this.stored.set(digest, found);
		return { digest, name, version, owner: "risk-ml", bytes: 100, report: report([]) };
	}

	async check(digest: string, options: CheckOptions): Promise<CheckReport> {
		this.checked.push(digest);
		this.checkedWith.push(options);
		if (this.checkFault !== null) throw this.checkFault;
		const problem = this.stored.get(digest)?.problem;
		return report(problem === undefined ? [] : [{ id: "C01", message: problem, hint: "export it again" }]);
	}

	async verify(digest: string): Promise<Verification> {
		this.read.push(digest);
		await this.whenRead();
		const message = this.corrupt.get(digest);
		return { ms: 1, problem: message === undefined ? null : { id: "A04", message, hint: "push it again" } };
	}
}

function report(problems: CheckReport["problems"]): CheckReport {
	return { passed: problems.length === 0, level: "L2", ms: 1, notVerified: [], problems, lines: [] };
}
