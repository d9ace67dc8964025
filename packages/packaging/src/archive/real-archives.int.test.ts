import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PYTHON_MISSING } from "@headgate/testkit/python";
import { describe, expect, it } from "vitest";
import { fileSource } from "../files/read-at.ts";
import { walkPackage } from "../files/walk-package.ts";
import { readZip } from "../formats/zip/read-zip.ts";
import { encodeZip } from "../testing/encode-zip.ts";
import { temporaryFolder } from "../testing/package-fixture.ts";
import { quinedZip } from "../testing/zip-bombs.ts";
import { examineArchive } from "./examine-archive.ts";
import { unpackArchive } from "./unpack.ts";

const run = promisify(execFile);
const artefacts = fileURLToPath(new URL("../../../../../shared/data/artefacts", import.meta.url));

/** A package folder and the tools that pack it: what people really send. */
async function packed(command: string, args: readonly string[]): Promise<string> {
	const folder = await temporaryFolder();
	const long = `${"a-long-folder-name/".repeat(8)}weights.bin`;
	await mkdir(join(folder, "credit", long, ".."), { recursive: true });
	await writeFile(join(folder, "credit/model.yaml"), "name: credit\n");
	await writeFile(join(folder, "credit", long), Buffer.alloc(300_000, "weights"));
	await run(command, args, { cwd: folder });
	return folder;
}

const PYTHON_ZIP = "import shutil; shutil.make_archive('out', 'zip', '.', 'credit')";
const PYTHON_STREAM =
	"import zipfile, sys, io, os\nclass W(io.RawIOBase):\n  def __init__(s, f): s.f = f\n  def writable(s): return True\n  def write(s, b): return s.f.write(b)\nz = zipfile.ZipFile(W(open('out.zip', 'wb')), 'w', zipfile.ZIP_DEFLATED)\nfor d, _, fs in os.walk('credit'):\n  for f in fs: z.write(os.path.join(d, f))\nz.close()";
const python = (format: string): string =>
	`import tarfile; t = tarfile.open('out.tar', 'w', format=tarfile.${format}); t.add('credit'); t.close()`;

describe.skipIf(PYTHON_MISSING)("an archive made by other tools is unpacked", () => {
	it.each([
		["GNU tar", "tar", ["cf", "out.tar", "credit"], "out.tar"],
		["GNU tar, POSIX format", "tar", ["--format=posix", "-cf", "out.tar", "credit"], "out.tar"],
		["GNU tar, packed", "tar", ["czf", "out.tar.gz", "credit"], "out.tar.gz"],
		["GNU tar, from inside", "tar", ["cf", "out.tar", "-C", "credit", "."], "out.tar"],
		["Python's tarfile, pax", "python3", ["-c", python("PAX_FORMAT")], "out.tar"],
		["Python's tarfile, GNU", "python3", ["-c", python("GNU_FORMAT")], "out.tar"],
		["Python's tarfile, ustar", "python3", ["-c", python("USTAR_FORMAT")], "out.tar"],
		["Python's zipfile", "python3", ["-c", PYTHON_ZIP], "out.zip"],
		["Python's zipfile into a pipe", "python3", ["-c", PYTHON_STREAM], "out.zip"],
	])("%s", async (_, command, args, file) => {
		const folder = await packed(command, args);
		const source = await fileSource(join(folder, file));
		const target = join(folder, "unpacked");
		expect(await unpackArchive(source, file, target)).toEqual({ files: 2, bytes: 300_013 });
		await source.close();
		expect(await walkPackage(target)).toEqual(await walkPackage(join(folder, "credit")));
	});

	it("but not with a link in it", async () => {
		const folder = await temporaryFolder();
		await symlink("/etc/passwd", join(folder, "model.onnx"));
		await run("tar", ["cf", "out.tar", "model.onnx"], { cwd: folder });
		const source = await fileSource(join(folder, "out.tar"));
		await expect(unpackArchive(source, "out.tar", join(folder, "unpacked"))).rejects.toMatchObject({ code: "archive.link" });
		await source.close();
	});
});

describe.skipIf(PYTHON_MISSING)("what is refused here", () => {
	it.each([
		["an overlapping bomb", quinedZip(20)],
		["two names of one entry", encodeZip([{ name: "a", local: { name: "b" } }])],
	])("is a zip that a real unpacker opens without a word: %s", async (_, bytes) => {
		const folder = await temporaryFolder();
		await writeFile(join(folder, "m.zip"), bytes);
		const { stdout } = await run("python3", ["-c", "import zipfile; print(len(zipfile.ZipFile('m.zip').namelist()))"], {
			cwd: folder,
		});
		expect(Number(stdout)).toBeGreaterThan(0);
	});
});

describe.skipIf(PYTHON_MISSING)("samples of model scanners", () => {
	it("that are zips are all read", async () => {
		const files = globSync("{modelaudit,picklescan}/**/*.{zip,pt,bin}", { cwd: artefacts }).map((file) => join(artefacts, file));
		let read = 0;
		for (const file of files) {
			if ((await readFile(file)).toString("latin1", 0, 2) !== "PK") continue;
			const source = await fileSource(file);
			expect((await readZip(source, file)).entries.length, file).toBeGreaterThan(0);
			expect(await examineArchive(source, file), file).toMatchObject({ kind: "zip", problems: [] });
			await source.close();
			read++;
		}
		expect(read).toBeGreaterThanOrEqual(5);
	});
});
