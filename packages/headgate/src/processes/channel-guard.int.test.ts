import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";

const GUARD = new URL("./channel-guard.ts", import.meta.url).href;
const folders: string[] = [];

afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

/** A process that forks one which writes `line` to its channel, and after that a message; what the first prints until it ends. */
async function parentOf(line: string, fault = ""): Promise<{ readonly code: number; readonly stdout: string }> {
	const folder = await mkdtemp(path.join(tmpdir(), "headgate-guard-"));
	folders.push(folder);
	const child = `import fs from "node:fs";
		fs.writeSync(3, ${JSON.stringify(line)});
		setTimeout(() => process.send({ type: "alive" }, () => process.disconnect()), 100);`;
	const parent = `import { fork } from "node:child_process";
		import { ignoreForeignLines } from ${JSON.stringify(GUARD)};
		ignoreForeignLines(() => console.log("ignored"));
		fork(${JSON.stringify(path.join(folder, "child.mjs"))}).on("message", (message) => console.log(message?.type));
		${fault}`;
	await writeFile(path.join(folder, "child.mjs"), child);
	await writeFile(path.join(folder, "parent.mjs"), parent);
	return promisify(execFile)(process.execPath, [path.join(folder, "parent.mjs")]).then(
		({ stdout }) => ({ code: 0, stdout }),
		(error: { code: number; stdout: string }) => error,
	);
}

describe("a process whose child writes rubbish to their channel", () => {
	it("goes on, and hears what the child says after", async () => {
		expect(await parentOf("rubbish\n")).toMatchObject({ code: 0, stdout: "ignored\nalive\n" });
	});

	it("ends all the same on a fault of its own", async () => {
		const { code } = await parentOf("{}\n", "setTimeout(() => JSON.parse('rubbish'), 10);");
		expect(code).toBeGreaterThan(0);
	});
});
