import { randomUUID } from "node:crypto";
import { canonicalJson, HeadgateError } from "@headgate/protocol";
import type { PushedPackage, PushOptions } from "./ports.ts";
import type { UploadClaim, UploadPart, UploadStatus, Uploads } from "./uploads.ts";

interface FakeUpload {
	readonly id: string;
	readonly claim: UploadClaim;
	readonly received: number[];
}

/** Uploads in memory: what arrives is counted and thrown away, and a whole one becomes what `take` makes of it. */
export class FakeUploads implements Uploads {
	readonly open = new Map<string, FakeUpload>();
	readonly parts: UploadPart[] = [];
	readonly #take: (claim: UploadClaim, options: PushOptions) => Promise<PushedPackage>;

	constructor(take: (claim: UploadClaim, options: PushOptions) => Promise<PushedPackage>) {
		this.#take = take;
	}

	async begin(claim: UploadClaim): Promise<UploadStatus> {
		if (filesOf(claim).length === 0) throw new HeadgateError("upload.empty", "no bytes received");
		const same = [...this.open.values()].find((one) => canonicalJson(one.claim) === canonicalJson(claim));
		const upload = same ?? { id: randomUUID(), claim, received: filesOf(claim).map(() => 0) };
		this.open.set(upload.id, upload);
		return this.status(upload.id);
	}

	async status(id: string): Promise<UploadStatus> {
		const { claim, received } = this.#find(id);
		const files = filesOf(claim).map(({ path, size }, index) => ({ index, path, size, offset: received[index]! }));
		return { id, files, expiresAtMs: 0 };
	}

	async append(id: string, index: number, part: UploadPart): Promise<{ readonly offset: number; readonly size: number }> {
		const { received, claim } = this.#find(id);
		if (part.offset !== received[index]) throw new HeadgateError("upload.offset", `${received[index]} bytes are there`);
		this.parts.push(part);
		for await (const bytes of part.body) received[index]! += bytes.length;
		return { offset: received[index]!, size: filesOf(claim)[index]!.size };
	}

	async requireWhole(id: string): Promise<void> {
		const missing = (await this.status(id)).files.find(({ offset, size }) => offset < size);
		if (missing === undefined) return;
		throw new HeadgateError("upload.truncated", `received ${missing.offset} of ${missing.size} bytes of ${missing.path}`);
	}

	async finish(id: string, options: PushOptions): Promise<PushedPackage> {
		const pushed = await this.#take(this.#find(id).claim, options);
		this.open.delete(id);
		return pushed;
	}

	async discard(id: string): Promise<void> {
		this.open.delete(this.#find(id).id);
	}

	#find(id: string): FakeUpload {
		const upload = this.open.get(id);
		if (upload === undefined) throw new HeadgateError("upload.unknown", "there is no such upload");
		return upload;
	}
}

function filesOf(claim: UploadClaim): readonly { readonly path: string; readonly size: number }[] {
	return "files" in claim ? claim.files : [{ path: claim.archive.name, size: claim.archive.size }];
}
