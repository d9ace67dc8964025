import { appendFile, chmod, cp, mkdir, mkdtemp, open, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openPackageStore, type PackageStore } from "@headgate/packaging";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SealWatch } from "./seal-watch.ts";

const EXAMPLE = fileURLToPath(new URL("../../../../examples/credit-risk/packages/credit-risk-1.0.0/", import.meta.url));

let root: string;
let store: PackageStore;
let digest: string;
let file: string;
let notes: string[];
let alarms: string[];

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), "seals-"));
	store = await openPackageStore(root);
	({ digest } = await store.ingestFolder(EXAMPLE));
	file = path.join(await store.path(digest), "CHANGES.md");
	notes = [];
	alarms = [];
});

afterEach(() => rm(root, { recursive: true, force: true }));

const watch = () => new SealWatch(store, { note: (text) => notes.push(text), alarm: (text) => alarms.push(text) });

async function check(watching: SealWatch): Promise<string> {
	const taken = await watching.take(digest);
	const summary = await store.verify(digest);
	await watching.checked(taken, summary);
	return summary.results.find(({ id }) => id === "A04")!.message;
}

describe("the seals of stored packages", () => {
	it("that broke by a restore are renewed at start, which is no alarm", async () => {
		await utimes(file, 1, 1);
		const watching = watch();
		await watching.renew();
		expect([notes.length, alarms]).toEqual([1, []]);
		expect(notes[0]).toContain("credit-risk@1.0.0 was sealed anew");
		expect(await check(watching)).toContain("seals hold");
	});

	it("that break while Headgate runs are an alarm, once, when the bytes are right all the same", async () => {
		const watching = watch();
		await watching.renew();
		await utimes(file, 1, 1);
		expect(await check(watching)).toContain("seal broken");
		expect(alarms).toEqual([expect.stringContaining("broke while Headgate ran")]);
		expect(await check(watching)).toContain("seals hold");
		expect(alarms).toHaveLength(1);
	});

	it("of one package that lost a file keep no other from being renewed, and its check says which file", async () => {
		const other = path.join(root, "other");
		await cp(EXAMPLE, other, { recursive: true });
		await appendFile(path.join(other, "CHANGES.md"), "Another model: the same in all but its name.\n");
		for (const name of ["model.yaml", "evaluation.json"]) {
			const text = await readFile(path.join(other, name), "utf8");
			await writeFile(path.join(other, name), text.replaceAll(/(name"?: "?)credit-risk\b/g, "$1a-risk"));
		}
		const twin = await store.ingestFolder(other);
		const lost = path.join(await store.path(twin.digest), "CHANGES.md");
		await utimes(file, 1, 1);
		await rm(lost);
		const watching = watch();
		await watching.renew();
		expect(alarms).toEqual([expect.stringMatching(/^a-risk@1.0.0 is damaged: CHANGES.md is gone/)]);
		expect(notes).toEqual([expect.stringContaining("credit-risk@1.0.0 was sealed anew")]);
		digest = twin.digest;
		expect(await check(watching)).toContain("L1: CHANGES.md is gone");
		await mkdir(lost);
		await watch().renew();
		expect(alarms.at(-1)).toMatch(/is damaged: /);
	});

	it("hold nothing when a fact was taken out of them, or when they are rubbish", async () => {
		const seal = path.join(root, "seals", `${digest.slice(7)}.json`);
		const text = await readFile(seal, "utf8");
		const less = { ...JSON.parse(text), files: { ...JSON.parse(text).files, "CHANGES.md": {} } };
		for (const rubbish of [less, { ...less, files: { "CHANGES.md": null } }, { digest, files: {}, kept: { F01: null } }, null]) {
			await writeFile(seal, JSON.stringify(rubbish));
			expect(await store.seals.read(digest)).toBeUndefined();
			expect(await check(watch())).toMatch(/seal broken|no seal/);
			await writeFile(seal, text);
		}
	});

	it("are never renewed over bytes that are wrong", async () => {
		await chmod(file, 0o644);
		const handle = await open(file, "r+");
		await handle.write("X", 3);
		await handle.close();
		const watching = watch();
		await watching.renew();
		expect(alarms).toEqual([expect.stringMatching(/damaged: CHANGES.md was changed/)]);
		expect(await check(watching)).toContain("CHANGES.md was changed");
		expect(await check(watching)).toContain("CHANGES.md was changed");
	});
});
