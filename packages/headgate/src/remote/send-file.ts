import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { HeadgateError } from "@headgate/protocol";
import type { ControlClient } from "./control-client.ts";

/** A lost connection costs at most the part that was under way. */
const PART_BYTES = 16 * 1024 * 1024;

/** Sends what is missing of one file, in parts with their digests. Throws what control refuses it with. */
export async function sendFile(
	client: ControlClient,
	upload: string,
	file: { readonly index: number; readonly path: string; readonly size: number; readonly offset: number },
	source: string,
	onBytes: (bytes: number) => void,
): Promise<void> {
	if (file.offset >= file.size) return;
	const handle = await open(source, "r");
	try {
		for (let at = file.offset; at < file.size; ) {
			const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(Math.min(PART_BYTES, file.size - at)), 0, null, at);
			if (bytesRead === 0)
				throw new HeadgateError("package.changed", `${file.path} became shorter while it was sent`, { path: file.path });
			const bytes = buffer.subarray(0, bytesRead);
			const digest = createHash("sha256").update(bytes).digest("base64");
			await client.patch(`/api/v1/uploads/${upload}/files/${file.index}`, bytes, {
				"content-type": "application/partial-upload",
				"upload-offset": String(at),
				"content-digest": `sha-256=:${digest}:`,
			});
			at += bytesRead;
			onBytes(bytesRead);
		}
	} finally {
		await handle.close();
	}
}
