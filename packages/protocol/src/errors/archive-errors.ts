import { type ErrorRow, refused } from "./error-row.ts";

/** Archives: zip, tar, gzip. */
export const archiveErrors: Readonly<Record<string, ErrorRow>> = {
	"archive.malformed": refused("An archive is damaged, or holds what its format does not know.", "Make the archive again."),
	"archive.path": refused(
		"The name of an archive's entry leaves the folder or could be read in two ways.",
		"Make the archive again from inside the folder, with relative names and / between folders.",
	),
	"archive.duplicate": refused(
		"Two entries of an archive have one name, or differ only in case or Unicode form.",
		"Rename one of the two and make the archive again.",
	),
	"archive.link": refused(
		"An archive holds a link, a device or a pipe.",
		"Put the file itself in its place (tar --dereference --hard-dereference) and make the archive again.",
	),
	"archive.encrypted": refused("An archive is encrypted.", "Make it again without a password."),
	"archive.tampered": refused(
		"Two places of an archive contradict each other, so that two programs would read different files.",
		"Do not trust where it came from; save the model again and make a new archive.",
	),
	"archive.sparse": refused("A tar archive holds a sparse file.", "Make it again without --sparse."),
	"archive.foreign-bytes": refused(
		"Bytes before, after or between the entries of an archive belong to none of them.",
		"Do not trust where it came from; make a new archive from the files.",
	),
	"archive.crc": refused("The content of an archive's entry does not have its checksum.", "Copy the archive again."),
	"archive.method": refused(
		"An archive's entry is packed by a method other than stored and deflated.",
		"Make the archive again with deflate, or without compression.",
	),
	"archive.bomb": refused(
		"An archive expands far beyond its size, or its entries share bytes.",
		"Leave out compression for data that are nearly all alike (zip -0, tar), and send the archive again.",
	),
	"archive.too-many-files": refused("An archive has more than 10,000 entries.", "Keep small files together in one data file."),
	"weights.polyglot": refused(
		"A weight file is of two kinds at once, and each program takes it for another.",
		"Do not load it; save the model again from its source.",
	),
};
