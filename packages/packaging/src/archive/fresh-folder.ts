import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { MANIFEST_FILE } from "../lock/package-lock.ts";

/** A folder that is filled with new files, or is left as it was found. */
export class FreshFolder {
	readonly root: string;
	readonly #made: boolean;
	readonly #folders = new Set<string>([""]);

	private constructor(root: string, made: boolean) {
		this.root = root;
		this.#made = made;
	}

	/** Makes the folder, or takes one that is empty. Throws HeadgateError `store.unwritable`. */
	static async open(target: string): Promise<FreshFolder> {
		const made = await mkdir(target).then(
			() => true,
			(error: NodeJS.ErrnoException) => {
				if (error.code === "EEXIST") return false;
				throw error;
			},
		);
		if (!made && (await readdir(target)).length > 0) {
			throw new HeadgateError("store.unwritable", `${target} is not empty`, {
				path: target,
				hint: "Name a new or empty folder.",
			});
		}
		return new FreshFolder(await realpath(target), made);
	}

	/** Makes a folder and those above it. The path has been judged: relative, without `..`. */
	async addFolder(path: string): Promise<void> {
		if (this.#folders.has(path)) return;
		const parent = path.includes("/") ? dirname(path) : "";
		await this.addFolder(parent);
		await mkdir(join(this.root, path), { mode: 0o755 });
		this.#folders.add(path);
		// Another process could have put a link there in between: then nothing is written through it.
		const real = await realpath(join(this.root, path));
		if (real !== join(this.root, path)) {
			throw new HeadgateError("store.unwritable", `${join(this.root, path)} leads to ${real}`, { path });
		}
	}

	/** A new regular file, never through a link and never in place of another. */
	async createFile(path: string): Promise<FileHandle> {
		await this.addFolder(path.includes("/") ? dirname(path) : "");
		const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
		const file = await open(join(this.root, path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
		// The process may have a stricter mask than who serves the file.
		await file.chmod(0o644);
		return file;
	}

	/** Where all lies in one folder that holds the manifest, its content moves up. */
	async stripTopFolder(): Promise<void> {
		const names = await readdir(this.root, { withFileTypes: true });
		const top = names[0];
		if (names.length !== 1 || top === undefined || !top.isDirectory()) return;
		const inside = await readdir(join(this.root, top.name));
		if (!inside.includes(MANIFEST_FILE)) return;
		// Under a name that none of its files has, as one may be called like the folder.
		let aside = "unpacked";
		while (inside.includes(aside) || aside === top.name) aside += "-";
		await rename(join(this.root, top.name), join(this.root, aside));
		for (const name of inside) await rename(join(this.root, aside, name), join(this.root, name));
		await rmdir(join(this.root, aside));
	}

	/** Takes everything away again. */
	async clear(): Promise<void> {
		for (const name of await readdir(this.root)) await rm(join(this.root, name), { recursive: true, force: true });
		if (this.#made) await rmdir(this.root);
	}
}
