import type { PushedPackage, PushOptions } from "./ports.ts";

/** What a sender promises: the files of a package, or one archive of them. `sha256` in 64 hexadecimal digits, `size` in bytes. */
export type UploadClaim =
	| {
			readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
			readonly packageDigest?: string | undefined;
	  }
	| { readonly archive: { readonly name: string; readonly size: number; readonly sha256: string } };

export interface UploadStatus {
	readonly id: string;
	/** Bytes promised and bytes that have arrived. */
	readonly files: readonly { readonly index: number; readonly path: string; readonly size: number; readonly offset: number }[];
	readonly expiresAtMs: number;
}

export interface UploadPart {
	/** Where it begins: as many bytes as have arrived before it. */
	readonly offset: number;
	readonly body: AsyncIterable<Uint8Array>;
	/** Hexadecimal sha256 of this part; its bytes count only when it is right. */
	readonly sha256?: string | undefined;
	/** Hexadecimal sha256 of the whole file, when the sender says it again: refused when it is not what was promised. */
	readonly wholeSha256?: string | undefined;
}

/** Packages that arrive in parts and survive the end of any process. Every method throws HeadgateError `upload.*`, `package.*` and `store.*`. */
export interface Uploads {
	/** Begins one, or finds the one of the same promise. */
	begin(claim: UploadClaim): Promise<UploadStatus>;
	status(id: string): Promise<UploadStatus>;
	/** Adds a part to a file; returns where the file ends now, and where it will. */
	append(id: string, index: number, part: UploadPart): Promise<{ readonly offset: number; readonly size: number }>;
	/** Refuses at once what is not whole. */
	requireWhole(id: string): Promise<void>;
	/** As a push of a folder: afterwards, and after a refusal, the upload is gone. */
	finish(id: string, options: PushOptions): Promise<PushedPackage>;
	discard(id: string): Promise<void>;
}
