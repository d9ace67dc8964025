import { createHash, type Hash } from "node:crypto";

/** Chunks are digested one by one, so that a part of a file can be verified alone. */
export const CHUNK_BYTES = 8 * 1024 * 1024;

export interface FileHashes {
	/** Bytes. */
	readonly size: number;
	/** 64 hexadecimal digits over the whole file. */
	readonly sha256: string;
	/** Bytes of a chunk; the last one may be shorter. */
	readonly chunk: number;
	readonly treeSha256: string;
	/** Base64 of the chunks' sha256, 32 bytes each, in order. */
	readonly chunks: string;
}

/** sha256("headgate-tree/1\n", u64le size, u32le chunk, chunk digests). */
export function treeDigest(size: number, chunks: Uint8Array): string {
	const head = Buffer.alloc(12);
	head.writeBigUInt64LE(BigInt(size), 0);
	head.writeUInt32LE(CHUNK_BYTES, 8);
	return createHash("sha256").update("headgate-tree/1\n").update(head).update(chunks).digest("hex");
}

/** Hashes a stream whole and by chunk in one pass. The first chunk costs nothing: until its end it is all there is. */
export class ChunkHasher {
	readonly #whole: Hash = createHash("sha256");
	readonly #digests: Buffer[] = [];
	#chunk: Hash | undefined;
	#inChunk = 0;
	#size = 0;

	update(bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; ) {
			const part = bytes.subarray(at, at + CHUNK_BYTES - this.#inChunk);
			this.#whole.update(part);
			this.#chunk?.update(part);
			this.#inChunk += part.length;
			at += part.length;
			if (this.#inChunk === CHUNK_BYTES) this.#endChunk();
		}
		this.#size += bytes.length;
	}

	finish(): FileHashes {
		if (this.#inChunk > 0) this.#endChunk();
		return fileHashes(this.#size, this.#whole.digest("hex"), Buffer.concat(this.#digests));
	}

	#endChunk(): void {
		this.#digests.push((this.#chunk ?? this.#whole.copy()).digest());
		this.#chunk = createHash("sha256");
		this.#inChunk = 0;
	}
}

export function fileHashes(size: number, sha256: string, chunks: Buffer): FileHashes {
	return { size, sha256, chunk: CHUNK_BYTES, treeSha256: treeDigest(size, chunks), chunks: chunks.toString("base64") };
}
