import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CACHE = fileURLToPath(new URL("../../../../node_modules/.cache/python/", import.meta.url));

/**
 * The path of a Python that has exactly the packages of a requirements file with hashes: `readers.txt` or `makers.txt`
 * beside this file, or any path. Made once for each content and kept under node_modules/.cache/python; the first call
 * downloads and may take a minute or two (give its hook time), tests that run beside it wait.
 * Throws Error when python3, its venv module or the packages are missing.
 */
export async function pythonWith(requirementsFile: string): Promise<string> {
	const requirements = path.resolve(HERE, requirementsFile);
	const version = await run(
		"python3",
		["-c", "import sys, venv; print(sys.version, sys.platform)"],
		"python3 with venv is needed",
	);
	const key = createHash("sha256")
		.update(await readFile(requirements))
		.update(version);
	const folder = path.join(CACHE, key.digest("hex").slice(0, 16));
	const ready = path.join(folder, "ready");
	const python = path.join(folder, "bin", "python");
	if (existsSync(ready)) return python;
	await mkdir(CACHE, { recursive: true });
	const unlock = await lock(`${folder}.lock`);
	try {
		if (existsSync(ready)) return python;
		// What a killed run left behind is of unknown state.
		await rm(folder, { recursive: true, force: true });
		await run("python3", ["-m", "venv", folder], "a virtual environment could not be made");
		const exactly = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", requirements];
		await run(
			python,
			["-m", "pip", "install", "--quiet", ...exactly],
			`the packages of ${requirementsFile} could not be installed`,
		);
		await writeFile(ready, "");
		return python;
	} catch (error) {
		await rm(folder, { recursive: true, force: true });
		throw error;
	} finally {
		await unlock();
	}
}

/** Waits until the lock file is ours. It appears with its holder's process id in it, so that a killed holder does not hold it for ever. */
async function lock(file: string): Promise<() => Promise<void>> {
	const own = `${file}.${process.pid}.${randomUUID()}`;
	await writeFile(own, String(process.pid));
	try {
		for (;;) {
			try {
				await link(own, file);
				return () => rm(file, { force: true });
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
			}
			const holder = Number(await readFile(file, "utf8").catch(() => ""));
			if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
			else await sleep(200);
		}
	} finally {
		await rm(own, { force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

function run(command: string, args: readonly string[], failure: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
		let output = "";
		let errors = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			output += text;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			errors += text;
		});
		child.on("error", (cause) => reject(new Error(`${failure}: ${command} cannot be started`, { cause })));
		child.on("close", (code) => {
			if (code === 0) resolve(output.trim());
			else reject(new Error(`${failure}: ${command} ended with ${code}\n${errors.trim().slice(-2000)}`));
		});
	});
}
