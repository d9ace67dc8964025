/** A file or folder of a zip archive, as its central directory and its local header agree on it. */
export interface ZipEntry {
	/** With a closing slash for a folder. */
	readonly name: string;
	/** 0 stored, 8 deflated. */
	readonly method: 0 | 8;
	readonly flags: number;
	readonly crc32: number;
	readonly compressedBytes: number;
	/** What the archive says: the truth is known when all of it was read. */
	readonly bytes: number;
	/** Offset of the first byte of content. */
	readonly dataAt: number;
	readonly isFolder: boolean;
}

export interface ZipArchive {
	/** In the order of the central directory. */
	readonly entries: readonly ZipEntry[];
	/** Bytes before the first local header. */
	readonly leadingBytes: number;
	/** Bytes after the archive's end and its comment. */
	readonly trailingBytes: number;
	/** Bytes between entries that belong to none. */
	readonly hiddenBytes: number;
}
