import { createHash } from "node:crypto";
import { canonicalJson, HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import { PathSet } from "../../files/path-set.ts";
import { LOCK_FILE, packageDigest } from "../../lock/package-lock.ts";

/** A file that its sender promises. */
export interface ClaimedFile {
	/** Relative, `/` between segments. */
	readonly path: string;
	/** Bytes. */
	readonly size: number;
	/** 64 hexadecimal digits. */
	readonly sha256: string;
}

/** What an upload will bring: the files of a package, or one archive of them. */
export type UploadClaim =
	| { readonly files: readonly ClaimedFile[]; readonly packageDigest?: string | undefined }
	| { readonly archive: { readonly name: string; readonly size: number; readonly sha256: string } };

/** 1 TiB: larger than any model, smaller than what would overflow a number. */
const MAX_BYTES = 2 ** 40;

/** The promised files, an archive as one. */
export function claimedFiles(claim: UploadClaim): readonly ClaimedFile[] {
	if ("files" in claim) return claim.files;
	const { name, size, sha256 } = claim.archive;
	return [{ path: name, size, sha256 }];
}

export function claimedBytes(claim: UploadClaim): number {
	return claimedFiles(claim).reduce((sum, file) => sum + file.size, 0);
}

/** Equal promises have equal keys: who sends the same again finds what is there already. */
export function claimKey(claim: UploadClaim): string {
	return createHash("sha256").update(canonicalJson(claim)).digest("hex");
}

/** Whether a promise can be kept, before anything of it is written. Throws HeadgateError `upload.*`, `package.*`. */
export function requireSoundClaim(claim: UploadClaim): void {
	const files = claimedFiles(claim);
	if (files.length === 0 || ("archive" in claim && claim.archive.size === 0))
		throw new HeadgateError("upload.empty", "no bytes received: the upload names no file with content");
	const paths = new PathSet();
	for (const { path, size, sha256 } of files) {
		paths.add(path);
		if ("files" in claim && path === LOCK_FILE) {
			const hint = "Leave it out: what it says belongs into the sha256 of the files and into packageDigest.";
			throw new HeadgateError("package.path", `${LOCK_FILE} is written by the store`, { path, hint });
		}
		if (!Number.isSafeInteger(size) || size < 0 || !/^[0-9a-f]{64}$/.test(sha256))
			throw new HeadgateError("request.invalid", `'${printable(path)}' needs its size in bytes and its sha256 in 64 hex digits`);
	}
	if ("archive" in claim && claim.archive.name.includes("/"))
		throw new HeadgateError("package.path", "an archive is named without folders", { path: printable(claim.archive.name) });
	const bytes = claimedBytes(claim);
	if (bytes > MAX_BYTES) {
		const message = `${bytes.toLocaleString("en")} bytes are promised, an upload has at most ${MAX_BYTES.toLocaleString("en")}`;
		throw new HeadgateError("upload.too-large", message);
	}
	if ("files" in claim && claim.packageDigest !== undefined && claim.packageDigest !== packageDigest(files)) {
		const message = `the package digest differs: claimed ${claim.packageDigest}, its files give ${packageDigest(files)}`;
		throw new HeadgateError("package.claim", message);
	}
}
