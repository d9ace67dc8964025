import { mkdir, open, readFile, rename, rm, stat, truncate, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder, writeNewFile } from "../durable.ts";
import { type ClaimedFile, claimedFiles, claimKey, type UploadClaim } from "./upload-claim.ts";

/** Where a file of an upload stands. */
export interface FileProgress {
	readonly index: number;
	readonly path: string;
	/** Bytes that were promised. */
	readonly size: number;
	/** Bytes that have arrived. */
	readonly offset: number;
}

/** One upload on the disk: `upload.json` says what was promised, `content/` holds what has arrived, the length of a file is its offset. */
export class UploadFolder {
	readonly id: string;
	readonly claim: UploadClaim;
	/** The same package is in the store: nothing need be sent. */
	readonly stored: string | undefined;
	readonly #root: string;

	private constructor(root: string, id: string, { claim, stored }: Record) {
		this.#root = root;
		this.id = id;
		this.claim = claim;
		this.stored = stored;
	}

	/** Makes it whole or not at all. */
	static async create(uploads: string, id: string, record: Record): Promise<UploadFolder> {
		const making = join(uploads, `new-${id}`);
		try {
			const content = join(making, "content");
			await mkdir(content, { recursive: true });
			for (const { path } of record.stored === undefined ? claimedFiles(record.claim) : []) {
				await mkdir(dirname(join(content, path)), { recursive: true });
				await (await open(join(content, path), "wx", 0o644)).close();
			}
			await writeNewFile(join(making, "upload.json"), JSON.stringify(record), 0o644);
			await rename(making, join(uploads, id));
			await syncFolder(uploads);
		} catch (error) {
			await rm(making, { recursive: true, force: true });
			throw error;
		}
		return new UploadFolder(join(uploads, id), id, record);
	}

	/** Undefined when there is none of this id, or none that can be gone on with. */
	static async open(uploads: string, id: string): Promise<UploadFolder | undefined> {
		try {
			const text = await readFile(join(uploads, id, "upload.json"), "utf8");
			const upload = new UploadFolder(join(uploads, id), id, JSON.parse(text) as Record);
			return (await upload.isOpen()) ? upload : undefined;
		} catch (error) {
			return error instanceof SyntaxError ? undefined : absent(error as NodeJS.ErrnoException);
		}
	}

	/** The folder that becomes the package, or holds the archive. */
	get content(): string {
		return join(this.#root, "content");
	}

	/** Equal for equal promises. */
	get key(): string {
		return claimKey(this.claim);
	}

	/** False once it was finished or given up. */
	async isOpen(): Promise<boolean> {
		return (await stat(this.content).catch(absent)) !== undefined;
	}

	get files(): readonly ClaimedFile[] {
		return claimedFiles(this.claim);
	}

	pathOf(file: ClaimedFile): string {
		return join(this.content, file.path);
	}

	async progress(): Promise<FileProgress[]> {
		return Promise.all(
			this.files.map(async (file, index) => {
				const { path, size } = file;
				const offset = this.stored !== undefined ? size : (await stat(this.pathOf(file))).size;
				return { index, path, size, offset };
			}),
		);
	}

	/** Takes back what has arrived of a file: it was not what was promised. */
	async reset(path: string): Promise<void> {
		const file = this.files.find((one) => one.path === path);
		if (file !== undefined) await truncate(this.pathOf(file), 0);
	}

	/** Epoch ms of the last part. */
	async touchedAtMs(): Promise<number> {
		return (await stat(join(this.#root, "upload.json"))).mtimeMs;
	}

	async touch(nowMs: number): Promise<void> {
		await utimes(join(this.#root, "upload.json"), nowMs / 1_000, nowMs / 1_000);
	}

	async remove(): Promise<void> {
		await rm(this.#root, { recursive: true, force: true });
	}
}

/** What is not there is no fault; what cannot be read now (too many open files) is one, and must not pass for gone. */
function absent(error: NodeJS.ErrnoException): undefined {
	if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}

interface Record {
	readonly claim: UploadClaim;
	readonly stored?: string | undefined;
}
