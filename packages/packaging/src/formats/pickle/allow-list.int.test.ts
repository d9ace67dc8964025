import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PYTHON_MISSING, pythonWith } from "@headgate/testkit/python";
import { describe, expect, it } from "vitest";
import { fileSource } from "../../files/read-at.ts";
import { temporaryFolder } from "../../testing/package-fixture.ts";
import { readPickle } from "./read-pickle.ts";

const SCRIPT = fileURLToPath(new URL("../../testing/fit-estimators.py", import.meta.url));

describe.skipIf(PYTHON_MISSING)("the allow-list", () => {
	it("lets the estimators of scikit-learn pass, in every protocol and form", { timeout: 600_000 }, async () => {
		const folder = await temporaryFolder();
		await promisify(execFile)(await pythonWith("makers.txt"), [SCRIPT, folder]);
		const files = await readdir(folder);
		expect(files.length).toBeGreaterThan(900);
		const refused: string[] = [];
		for (const file of files) {
			const source = await fileSource(join(folder, file));
			const { problems, sklearnVersions, form } = await readPickle(source, file);
			await source.close();
			if (problems.length > 0 || form !== "pickle" || sklearnVersions.length !== 1)
				refused.push(`${file}: ${problems[0]?.message}`);
		}
		expect(refused.slice(0, 20).join("\n")).toBe("");
	});
});
