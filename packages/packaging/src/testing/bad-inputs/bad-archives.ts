import { execFileSync } from "node:child_process";
import { link, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encodeModel } from "../encode-onnx.ts";
import { encodeTar } from "../encode-tar.ts";
import { encodeZip } from "../encode-zip.ts";
import { packageFiles } from "../package-fixture.ts";
import { nestedZip } from "../zip-bombs.ts";
import type { BadInput } from "./bad-input.ts";

const sound = Object.entries(packageFiles()).map(([name, content]) => ({ name, content }));
const tar = (...more: Parameters<typeof encodeTar>[0]): NonNullable<BadInput["archive"]> => ({
	name: "package.tar",
	bytes: encodeTar([...sound, ...more]),
});
const zip = (...more: Parameters<typeof encodeZip>[0]): NonNullable<BadInput["archive"]> => ({
	name: "package.zip",
	bytes: encodeZip([...sound, ...more]),
});

/** Inputs 4 to 20: what arrives, as a folder or as an archive. */
export const BAD_ARCHIVES: readonly BadInput[] = [
	{
		number: 4,
		what: "a Git LFS pointer as weights",
		code: "weights.lfs-pointer",
		says: /4\.9 GB|5,261,334,937/,
		files: { "model.safetensors": `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 5261334937\n` },
	},
	{
		number: 5,
		what: "a login page as weights",
		code: "weights.not-binary",
		says: /<!DOCTYPE html>/,
		files: { "model.onnx": "<!DOCTYPE html><html>" },
	},
	{
		number: 6,
		what: "an entry that climbs out",
		code: "archive.path",
		says: /\.\.\/\.\.\/etc\/cron\.d\/x/,
		archive: tar({ name: "../../etc/cron.d/x", content: "x" }),
	},
	{
		number: 7,
		what: "an absolute entry",
		code: "archive.path",
		says: /\/etc\/passwd/,
		archive: tar({ name: "/etc/passwd", content: "x" }),
	},
	{
		number: 8,
		what: "an entry with a drive letter",
		code: "archive.path",
		says: /C:/,
		archive: zip({ name: "C:\\x", content: "x" }),
	},
	{
		number: 9,
		what: "a link and a file behind it",
		code: "archive.link",
		says: /'a'/,
		archive: tar({ name: "a", type: "2", linkName: "/etc" }, { name: "a/passwd", content: "x" }),
	},
	{
		number: 10,
		what: "a hard link in an archive",
		code: "archive.link",
		says: /hard/,
		archive: tar({ name: "b", type: "1", linkName: "model.onnx" }),
	},
	{
		number: 10,
		what: "a hard link in a folder",
		code: "package.link",
		says: /hard link/,
		prepare: async (folder) => {
			await writeFile(join(folder, "..", "outside"), "secret");
			await link(join(folder, "..", "outside"), join(folder, "inside"));
		},
	},
	{
		number: 9,
		what: "a symbolic link in a folder",
		code: "package.link",
		says: /symbolic link/,
		prepare: (folder) => symlink("/etc", join(folder, "a")),
	},
	{ number: 11, what: "a pipe in an archive", code: "archive.link", says: /'p'/, archive: tar({ name: "p", type: "6" }) },
	{
		number: 11,
		what: "a pipe in a folder",
		code: "package.special-file",
		says: /'p'/,
		prepare: async (folder) => void execFileSync("mkfifo", [join(folder, "p")]),
	},
	{ number: 12, what: "archives in archives", code: "archive.bomb", says: /archive/, files: { "42.zip": nestedZip(3) } },
	{
		number: 12,
		what: "zeros that expand beyond all measure",
		code: "archive.bomb",
		says: /100/,
		archive: {
			name: "package.tar.gz",
			bytes: gzipSync(encodeTar([...sound, { name: "zeros", content: Buffer.alloc(64 * 1024 * 1024) }])),
		},
	},
	{
		number: 13,
		what: "two names that differ in case",
		code: "archive.duplicate",
		says: /Model\.onnx/,
		archive: zip({ name: "Model.onnx", content: "x" }),
	},
	{
		number: 14,
		what: "two names that differ in Unicode form",
		code: "archive.duplicate",
		says: /e/,
		archive: zip({ name: "caf\u00e9", content: "x" }, { name: "cafe\u0301", content: "y" }),
	},
	{
		number: 15,
		what: "another name in the local header",
		code: "archive.tampered",
		says: /b\.txt/,
		archive: zip({ name: "b.txt", content: "x", local: { name: "c.txt" } }),
	},
	{
		number: 16,
		what: "an encrypted entry",
		code: "archive.encrypted",
		says: /b\.txt/,
		archive: zip({ name: "b.txt", content: "x", flags: 1 }),
	},
	{
		number: 17,
		what: "7-Zip under the name of PyTorch",
		code: "weights.container",
		says: /7-Zip/,
		files: { "model.pt": Buffer.from("377abcaf271c0004", "hex") },
	},
	{
		number: 18,
		what: "a wrong checksum",
		code: "archive.crc",
		says: /b\.txt/,
		archive: zip({ name: "b.txt", content: "x", crc32: 1 }),
	},
	{
		number: 19,
		what: "too many files in an archive",
		code: "archive.too-many-files",
		says: /10,000/,
		archive: {
			name: "package.zip",
			bytes: encodeZip([...sound, ...Array.from({ length: 10_001 }, (_, n) => ({ name: `f${n}`, content: "" }))]),
		},
	},
	{
		number: 20,
		what: "a name with a line end and an escape",
		code: "package.path",
		says: /\\u000a|\\u001b/,
		prepare: (folder) => writeFile(join(folder, "a\n\u001b[31mb"), encodeModel()),
	},
];
