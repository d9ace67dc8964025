import { execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../../../examples/credit-risk/packages/", import.meta.url));
const example = (version: string) => path.join(EXAMPLES, `credit-risk-${version}`);

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), "headgate-command-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function headgate(...args: readonly string[]) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", cwd: folder });
	return { status, stdout, stderr };
}

describe("headgate check", { timeout: 60_000 }, () => {
	it("exits with 1 when a package is refused, and writes JSON and SARIF that name the same finding", () => {
		const { status, stdout } = headgate("--json", "check", example("1.3.0"), "--sarif", "out.sarif");
		expect(status).toBe(1);
		const answer = JSON.parse(stdout) as {
			verdict: string;
			kind: string;
			servable: unknown;
			results: { id: string; code?: string }[];
		};
		expect(answer).toMatchObject({ verdict: "fail", kind: "package", servable: null });
		const { code } = answer.results.find(({ id }) => id === "C01")!;
		const sarif = JSON.parse(readFileSync(path.join(folder, "out.sarif"), "utf8")) as { runs: unknown[] };
		expect(sarif.runs).toMatchObject([{ results: [{ ruleId: "C01", properties: { code } }, { ruleId: "H04" }] }]);
	});

	it("explains a check, and names the nearest id for one that is none", () => {
		expect(headgate("check", "--explain", "c03")).toMatchObject({ status: 0, stdout: expect.stringContaining("native code") });
		expect(headgate("check", "--explain", "C044")).toMatchObject({
			status: 2,
			stderr: expect.stringContaining("Did you mean C04?"),
		});
	});

	it("says what is missing when nothing is named", () => {
		expect(headgate("check")).toMatchObject({ status: 2, stderr: expect.stringContaining("headgate check DIR") });
	});

	it("leaves nothing behind when it is interrupted, also twice", async () => {
		const source = path.join(folder, "hangs");
		cpSync(example("1.1.0"), source, { recursive: true });
		appendFileSync(path.join(source, "pre.mjs"), "\nfor (;;);\n");
		execFileSync("tar", ["-cf", path.join(folder, "hangs.tar"), "-C", folder, "hangs"]);
		const temporary = path.join(folder, "tmp");
		mkdirSync(temporary);
		const child = spawn(process.execPath, [MAIN, "check", "hangs.tar", "--run"], {
			cwd: folder,
			env: { ...process.env, TMPDIR: temporary },
			stdio: "ignore",
		});
		const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
		await expect.poll(() => readdirSync(temporary).length, { timeout: 30_000 }).toBe(1);
		child.kill("SIGINT");
		child.kill("SIGINT");
		expect(await ended).toBe(130);
		expect(readdirSync(temporary)).toEqual([]);
	}, 60_000);
});
