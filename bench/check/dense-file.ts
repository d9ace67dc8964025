import { createCipheriv, createHash } from "node:crypto";
import { open } from "node:fs/promises";

const BLOCK_BYTES = 8 * 1024 * 1024;

/**
 * Writes finite FP32 weights without any pattern: a key stream of AES-128-CTR from the seed, exponents set so that every number lies
 * within ±[0.5, 1). The same seed gives the same bytes.
 */
export async function writeDense(file: string, bytes: number, seed: number): Promise<void> {
	const key = createHash("sha256").update(`headgate bench ${seed}`).digest();
	const cipher = createCipheriv("aes-128-ctr", key.subarray(0, 16), key.subarray(16, 32));
	const zeros = Buffer.alloc(BLOCK_BYTES);
	const handle = await open(file, "wx", 0o444);
	try {
		for (let at = 0; at < bytes; at += BLOCK_BYTES) {
			const block = cipher.update(zeros.subarray(0, Math.min(BLOCK_BYTES, bytes - at)));
			const words = new Uint32Array(block.buffer, block.byteOffset, block.byteLength / 4);
			for (let i = 0; i < words.length; i++) words[i] = (words[i]! & 0x807f_ffff) | 0x3f00_0000;
			await handle.writeFile(block);
		}
		await handle.sync();
	} finally {
		await handle.close();
	}
}
