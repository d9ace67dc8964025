import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PYTHON_MISSING } from "@headgate/testkit/python";
import { describe, expect, it } from "vitest";
import { checkPackage } from "../checks/check-package.ts";
import { temporaryFolder, writePackage } from "../testing/package-fixture.ts";
import { initFolder } from "./init-folder.ts";
import { lockFolder } from "./lock-folder.ts";

const MINUTES = 180_000;

describe.skipIf(PYTHON_MISSING)("init with requirements", () => {
	it(
		"writes the lock and names the python it is for, and its code is Python",
		async () => {
			const folder = await writePackage({ "model.joblib": "x", "requirements.txt": "joblib>=1.3\n" });
			const report = await initFolder(folder);
			expect(report.written).toEqual(["code/load.py", "env/requirements.lock", "model.yaml"]);
			expect(report.notes.join("\n")).toContain(`with python ${report.python}`);
			const text = await readFile(join(folder, "model.yaml"), "utf8");
			expect(text).toContain("dependencies: env/requirements.lock");
			expect(text).toContain(`python: "${report.python}"`);
			const checks = (await checkPackage(folder)).results;
			expect(checks.find(({ id }) => id === "G01")).toMatchObject({ status: "pass" });
			await promisify(execFile)("python3", [
				"-c",
				"import ast, sys; ast.parse(open(sys.argv[1]).read())",
				join(folder, "code/load.py"),
			]);
		},
		MINUTES,
	);

	it.each([
		[
			"another index",
			"--index-url https://example.com/simple\nsix\n",
			"requirements.txt:1: the option --index-url https://example.com/simple",
		],
		["another file", "six\n-r /etc/passwd\n", "requirements.txt:2: the option -r /etc/passwd"],
		[
			"version control",
			"six\ngit+https://example.com/a.git\n",
			"requirements.txt:2: git+https://example.com/a.git comes from a version-control",
		],
		[
			"an option behind a name",
			"six --extra-index-url https://example.com\n",
			"requirements.txt:1: the option --extra-index-url",
		],
	])("never starts pip for %s", async (_, text, words) => {
		const tools = await temporaryFolder();
		const python = join(tools, "python");
		await writeFile(python, `#!/bin/sh\ntouch ${tools}/started\nexec python3 "$@"\n`);
		await chmod(python, 0o755);
		const folder = await writePackage({ "model.joblib": "x", "requirements.txt": text });
		const { gaps } = await initFolder(folder, { python });
		expect(gaps.find((gap) => gap.startsWith("dependencies:"))).toContain(words);
		await expect(lockFolder(folder, { python })).rejects.toMatchObject({ code: "init.requirements" });
		expect(await readdir(tools)).toEqual(["python"]);
	});

	it("works without a python: the gap says what to do", async () => {
		const folder = await writePackage({ "model.joblib": "x", "requirements.txt": "six\n" });
		const { gaps, python } = await initFolder(folder, { python: "/no/such/python" });
		expect(python).toBe(null);
		expect(gaps).toContainEqual(expect.stringMatching(/^dependencies: .*there is no \/no\/such\/python.*headgate init --lock/));
		await expect(lockFolder(folder, { python: "/no/such/python" })).rejects.toMatchObject({ code: "init.unresolved" });
	});

	it(
		"resolves later what was left open, and never a second time over the first",
		async () => {
			const folder = await writePackage({ "environment.yml": "dependencies:\n  - cudatoolkit=11.8\n  - six=1.16.0\n" });
			const report = await lockFolder(folder);
			expect(report).toMatchObject({ written: ["env/requirements.lock"], condaOnly: ["cudatoolkit"] });
			expect(report.notes).toContain("taken from PyPI although conda was asked: six");
			expect(await readFile(join(folder, "env/requirements.lock"), "utf8")).toMatch(/^six==1\.16\.0 \\\n {4}--hash=sha256:/m);
			await expect(lockFolder(folder)).rejects.toMatchObject({ code: "init.exists" });
		},
		MINUTES,
	);

	it("uses a requirements file that is exact and hashed already", async () => {
		const folder = await writePackage({
			"model.joblib": "x",
			"requirements.txt": `six==1.16.0 --hash=sha256:${"ab".repeat(32)}\n`,
		});
		await mkdir(join(folder, "empty"));
		expect(await initFolder(folder, { python: "/no/such/python" })).toMatchObject({ python: null });
		expect(await readFile(join(folder, "model.yaml"), "utf8")).toContain("dependencies: requirements.txt");
	});
});
