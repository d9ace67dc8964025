import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openPackageStore } from "@headgate/packaging";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dataFolder } from "../config/data-folder.ts";
import { type CheckRequest, checkTarget } from "./check-target.ts";
import { openPackage } from "./open-package.ts";

const EXAMPLES = fileURLToPath(new URL("../../../../examples/credit-risk/packages/", import.meta.url));
const example = (version: string) => path.join(EXAMPLES, `credit-risk-${version}`);

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "headgate-check-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function check(target: string, more: Partial<CheckRequest> = {}) {
	const loads: string[] = [];
	const request = { target, run: false, signal: new AbortController().signal, onLoad: () => loads.push(target), ...more };
	const { kind, summary } = await checkTarget(request, dataFolder(folder));
	return { kind, summary, loads, of: (id: string) => summary.results.find((result) => result.id === id) };
}

async function archiveOf(version: string): Promise<string> {
	const file = path.join(folder, "package.tgz");
	execFileSync("tar", ["-czf", file, "-C", EXAMPLES, `credit-risk-${version}`]);
	return file;
}

/** Names that openArchive makes; those of other runs may come and go. */
async function unpacked(): Promise<string[]> {
	return (await readdir(tmpdir())).filter((name) => name.startsWith("headgate-unpacked-"));
}

describe("what headgate check checks", () => {
	it("is a package folder, which it loads only when asked", async () => {
		const quiet = await check(example("1.1.0"));
		expect(quiet).toMatchObject({ kind: "package", loads: [], summary: { verdict: "pass" } });
		expect(quiet.of("H11")?.status).toBe("skipped");
		const run = await check(example("1.1.0"), { run: true });
		expect(run.loads).toHaveLength(1);
		expect(run.of("H11")).toMatchObject({ status: "pass", message: expect.stringContaining("8 examples answered as expected") });
	});

	it("is an archive of one, with the same answer and nothing left behind", async () => {
		const before = new Set(await unpacked());
		expect(await check(await archiveOf("1.1.0"))).toMatchObject({ kind: "archive", summary: { verdict: "pass" } });
		const damaged = await check(await archiveOf("1.3.0"));
		expect(damaged).toMatchObject({ kind: "archive", summary: { verdict: "fail" } });
		expect(damaged.of("C01")).toMatchObject({ status: "fail" });
		const cut = await archiveOf("1.1.0");
		await truncate(cut, 5_000);
		await expect(check(cut)).rejects.toMatchObject({ code: expect.stringMatching(/^(archive|weights)\./) });
		expect((await unpacked()).filter((name) => !before.has(name))).toEqual([]);
	});

	it("is the files of an archive that holds no package, one by one, and says that they are none", async () => {
		const file = path.join(folder, "loose.tar");
		execFileSync("tar", ["-cf", file, "-C", example("1.1.0"), "model.onnx"]);
		const { kind, summary, of } = await check(file);
		expect(kind).toBe("archive");
		expect(of("M03")).toMatchObject({ status: "pass" });
		expect(of("M01")).toBeUndefined();
		expect(summary.notVerified[0]).toContain("no model.yaml");
		await expect(check(file, { run: true })).rejects.toMatchObject({ code: "command.invalid" });
	});

	it("is one weight file, of which it says whether a runtime would serve it", async () => {
		const { kind, of } = await check(path.join(example("1.1.0"), "model.onnx"));
		expect(kind).toBe("file");
		expect(of("M03")?.detail).toEqual({ servable: true, runtime: "onnx" });
	});

	it("takes an endpoint's policy, and refuses one that turns off what does not exist", async () => {
		const endpoint = { endpoint: "e", model: "credit-risk", owner: { team: "t", contact: "c" } };
		const { of, summary } = await check(example("1.3.0"), {
			endpoint: { ...endpoint, checks: { off: ["C01", "crash", "split"] } },
		});
		expect(of("C01")).toMatchObject({ status: "skipped", message: "turned off by the endpoint's policy" });
		expect(summary.notVerified.join()).toContain("C01");
		const wrong = check(example("1.1.0"), { endpoint: { ...endpoint, checks: { off: ["C10"] } } });
		await expect(wrong).rejects.toMatchObject({ code: "check.unknown", path: "checks.off" });
		await expect(check(example("1.1.0"), { endpoint: { endpoint: "e" } })).rejects.toMatchObject({
			code: expect.stringMatching(/^endpoint\./),
		});
	});

	it("compares its schemas with a champion: a folder, an archive, or a pushed version", async () => {
		const other = path.join(folder, "other");
		await cp(example("1.1.0"), other, { recursive: true });
		await writeFile(
			path.join(other, "output.schema.json"),
			'{ "type": "object", "properties": {}, "additionalProperties": false }',
		);
		expect((await check(other, { champion: example("1.0.0") })).of("H03")).toMatchObject({
			status: "fail",
			code: "schema.breaking",
		});
		expect((await check(example("1.1.0"), { champion: await archiveOf("1.0.0") })).of("H03")?.status).toBe("pass");
		const store = await openPackageStore(dataFolder(folder).packages);
		await store.ingestFolder(example("1.0.0"));
		expect((await check(example("1.1.0"), { champion: "credit-risk@1.0.0" })).of("H03")?.status).toBe("pass");
		const absent = check(example("1.1.0"), { champion: "credit-risk@9.0.0" });
		await expect(absent).rejects.toMatchObject({ code: "package.unknown", hint: "Pushed versions: 1.0.0." });
	});

	it("must be there", async () => {
		await expect(check(path.join(folder, "nothing"))).rejects.toMatchObject({ code: "package.not-found" });
		await expect(openPackage("nothing", dataFolder(folder))).rejects.toMatchObject({ code: "package.not-found" });
	});
});
