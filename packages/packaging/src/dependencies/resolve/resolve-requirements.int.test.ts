import { execFile } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PYTHON_MISSING } from "@headgate/testkit/python";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../testing/package-fixture.ts";
import { lockFaults } from "../lock-faults.ts";
import { readRequirements } from "../read-requirements.ts";
import type { Requirement } from "../requirement.ts";
import { renderRequirementsLock } from "./render-lock.ts";
import { resolveRequirements } from "./resolve-requirements.ts";

const MINUTES = 180_000;

function requirements(...lines: readonly string[]): Requirement[] {
	return readRequirements(lines.join("\n")).filter((line) => line.kind === "requirement");
}

/** An interpreter that says what python3 is and does something else when it is asked for pip. */
async function falsePython(instead: string): Promise<string> {
	const path = join(await temporaryFolder(), "python");
	await writeFile(path, `#!/bin/sh\nif [ "$1" = -c ]; then exec python3 "$@"; fi\n${instead}\n`);
	await chmod(path, 0o755);
	return path;
}

describe.skipIf(PYTHON_MISSING)("requirements resolved by pip", () => {
	it(
		"become an exact, hashed lock with what they depend on, which pip takes with --require-hashes",
		async () => {
			const told: string[] = [];
			const asked = requirements(
				"python_dateutil==2.9.0.post0",
				'six>=1.16 ; python_version >= "3"',
				'colorama ; sys_platform == "win32"',
			);
			const resolution = await resolveRequirements(asked, { onProgress: (text) => told.push(text) });
			if (!resolution.ok) throw new Error(resolution.reason);
			expect(resolution.locked.map(({ name }) => name)).toEqual(["python-dateutil", "six"]);
			const text = renderRequirementsLock(resolution.locked, resolution.python, ["requirements.txt"]);
			expect(lockFaults(text)).toEqual([]);
			expect(text).toContain(`with python ${resolution.python.version}`);
			expect(told.some((words) => words.startsWith("resolving 3 requirements with python 3."))).toBe(true);
			const lock = join(await temporaryFolder(), "requirements.lock");
			await writeFile(lock, text);
			const words = [
				"-m",
				"pip",
				"install",
				"--dry-run",
				"--ignore-installed",
				"--quiet",
				"--require-hashes",
				"--only-binary",
				":all:",
				"--target",
				`${lock}.nowhere`,
				"-r",
				lock,
			];
			await promisify(execFile)(resolution.python.command, words);
		},
		MINUTES,
	);

	it(
		"of conda may be missing on PyPI; others that are missing are pip's refusal",
		async () => {
			const asked = requirements("six==1.16.0", "headgate-has-no-such-name==1.0");
			const resolution = await resolveRequirements(asked, { mayBeMissing: new Set(["headgate-has-no-such-name"]) });
			expect(resolution).toMatchObject({
				ok: true,
				missing: ["headgate-has-no-such-name"],
				locked: [{ name: "six", version: "1.16.0" }],
			});
			expect(await resolveRequirements(asked)).toMatchObject({
				ok: false,
				reason: expect.stringContaining("headgate-has-no-such-name"),
			});
		},
		MINUTES,
	);

	it("are not resolved for another python than the model's", async () => {
		expect(await resolveRequirements(requirements("six"), { wantedPython: "2.7.18" })).toMatchObject({
			ok: false,
			reason: expect.stringMatching(/^the model was made with python 2\.7\.18, python3 is 3\./),
		});
	});

	it("need a python", async () => {
		expect(await resolveRequirements(requirements("six"), { python: "/no/such/python" })).toEqual({
			ok: false,
			reason: "there is no /no/such/python on this machine",
		});
	});

	it("end at the deadline, with everything that pip started", async () => {
		const folder = await temporaryFolder();
		const python = await falsePython(`sh -c 'echo $$ > ${folder}/pid; exec sleep 600'`);
		const resolution = await resolveRequirements(requirements("six"), { python, deadlineMs: 3_000 });
		expect(resolution).toMatchObject({ ok: false, reason: expect.stringContaining("pip gave no answer after") });
		const pid = Number(await readFile(join(folder, "pid"), "utf8"));
		await expect.poll(() => isRunning(pid)).toBe(false);
	});

	it("say what pip says, without its control characters", async () => {
		const python = await falsePython(`printf 'ERROR: the index \\033[31mis gone\\n' >&2; exit 1`);
		expect(await resolveRequirements(requirements("six"), { python })).toMatchObject({
			ok: false,
			reason: "the index \\u001b[31mis gone",
		});
	});
});

/** One that is dead and not yet buried counts as dead. */
async function isRunning(pid: number): Promise<boolean> {
	const state = await promisify(execFile)("ps", ["-o", "stat=", "-p", String(pid)]).then(
		({ stdout }) => stdout.trim(),
		() => "",
	);
	return state !== "" && !state.startsWith("Z");
}
