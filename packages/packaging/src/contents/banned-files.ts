/** A file or folder that has no place in a package. */
export interface BannedFile {
	readonly what: string;
	/** It is left over from work, and does nothing by itself. */
	readonly mild: boolean;
	/** The folder, where all of it is meant. */
	readonly folder?: string;
}

const STARTUP = /(^|\/)(sitecustomize|usercustomize|conftest)\.py[cw]?$/i;
const NATIVE = /\.(so(\.\d+)*|dll|dylib|node|exe|pyd)$/i;
const LEFT_OVER = /(^|.*\/)(__pycache__|\.git|\.ipynb_checkpoints|\.hg|\.svn)\//;

/** What a path alone tells; undefined for files that may stand in a package. */
export function bannedByName(path: string): BannedFile | undefined {
	const folder = LEFT_OVER.exec(path)?.[0];
	const name = path.split("/").at(-1)!;
	if (STARTUP.test(path)) return { what: `${name} is run by Python or pytest without being called`, mild: false };
	if (NATIVE.test(name) && folder === undefined) return { what: "it is native code", mild: false };
	if (folder !== undefined) return { what: `${folder} is left over from work`, mild: true, folder };
	return /\.pyc$/i.test(name) ? { what: "it is compiled Python", mild: true } : undefined;
}

/**
 * Whether the beginning of a `.pth` file is that of a path file, whose lines Python's `site` adds to its path or, after `import`, runs at each
 * start. Weights of PyTorch with that name are ZIP, pickle or tar, and so no text.
 */
export function isPathFile(head: Uint8Array): boolean {
	if (head.length === 0) return false;
	const text = Buffer.from(head).toString("latin1");
	if (/^(import[ \t]|#|\/|\.\.?\/|[A-Za-z]:\\)/m.test(text.slice(0, 512)) && !text.includes("\0")) return true;
	for (const byte of head) if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) return false;
	return head.every((byte) => byte !== 0x7f);
}
