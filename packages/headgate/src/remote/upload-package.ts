import { setTimeout as wait } from "node:timers/promises";
import { HeadgateError } from "@headgate/protocol";
import type { ControlClient } from "./control-client.ts";
import { type Promised, promiseOf } from "./promise-package.ts";
import { type Pushed, pushedOf } from "./push-folder.ts";
import { sendFile } from "./send-file.ts";

/** What is being done, and how much of it, in bytes; `fromBytes` were done before this time. */
export type OnUpload = (
	what: "hashing" | "uploading" | "checking",
	doneBytes: number,
	totalBytes: number,
	fromBytes: number,
) => void;

interface Upload {
	readonly id: string;
	readonly files: readonly { readonly index: number; readonly path: string; readonly size: number; readonly offset: number }[];
}

/** Faults that pass by themselves: the connection ended, or the other side saw it end first. */
const PASSING = new Set(["control.not-running", "control.cut-off", "upload.truncated", "upload.offset", "upload.in-use"]);
const ATTEMPTS = 6;

/**
 * Sends a package folder or an archive to a control process elsewhere. What has arrived of the same content, also from a sender that was
 * killed, is not sent again. Throws what control refuses it with.
 */
export async function uploadPackage(client: ControlClient, path: string, onUpload: OnUpload): Promise<Pushed> {
	const promised = await promiseOf(path, (done, total) => onUpload("hashing", done, total, 0));
	const begun = await client.post<Upload>("/api/v1/uploads", promised.claim);
	await send(client, promised, begun, onUpload);
	const lines = client.lines(`/api/v1/uploads/${begun.id}/finish`, {});
	return pushedOf(lines, (done, total) => onUpload("checking", done, total, 0));
}

async function send(client: ControlClient, promised: Promised, begun: Upload, onUpload: OnUpload): Promise<void> {
	const totalBytes = begun.files.reduce((sum, { size }) => sum + size, 0);
	const fromBytes = arrived(begun);
	let upload = begun;
	for (let attempt = 1; ; attempt++) {
		const before = arrived(upload);
		let doneBytes = before;
		const onBytes = (bytes: number): void => {
			doneBytes += bytes;
			onUpload("uploading", doneBytes, totalBytes, fromBytes);
		};
		try {
			for (const file of upload.files) await sendFile(client, upload.id, file, promised.pathOf(file.path), onBytes);
			return;
		} catch (error) {
			const isPassing = error instanceof HeadgateError && PASSING.has(error.code);
			if (!isPassing || attempt === ATTEMPTS) throw error;
			if (doneBytes > before) attempt = 1;
			await wait(250 * 2 ** attempt);
			upload = await statusOf(client, upload);
		}
	}
}

/** Where it stands; as it was known before when that cannot be asked now. */
async function statusOf(client: ControlClient, upload: Upload): Promise<Upload> {
	return client.get<Upload>(`/api/v1/uploads/${upload.id}`).catch((error: unknown) => {
		if (error instanceof HeadgateError && PASSING.has(error.code)) return upload;
		throw error;
	});
}

function arrived(upload: Upload): number {
	return upload.files.reduce((sum, { offset }) => sum + offset, 0);
}
