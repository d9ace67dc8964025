import { appendFile, chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Installation, type PackageStore } from "@headgate/control";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataFolder, dataFolder } from "../config/data-folder.ts";
import { gatewayPackages } from "./gateway-packages.ts";
import { packageStore } from "./package-store.ts";

const EXAMPLES = fileURLToPath(new URL("../../../../examples/credit-risk/packages/", import.meta.url));
const example = (version: string) => path.join(EXAMPLES, `credit-risk-${version}`);
const quietly = { onProgress: () => {} };

let folder: DataFolder;
let store: PackageStore;

beforeEach(async () => {
	folder = dataFolder(await mkdtemp(path.join(tmpdir(), "wiring-")));
	store = await packageStore(folder, new Installation());
});

afterEach(() => rm(folder.root, { recursive: true, force: true }));

describe("the package store that control is given", () => {
	it("takes a package in once, with progress up to its last byte, and gives its gateways the same bytes", async () => {
		const progress: [number, number][] = [];
		const pushed = await store.push(example("1.0.0"), { onProgress: (now) => progress.push([now.doneBytes, now.totalBytes]) });
		expect(pushed).toMatchObject({ name: "credit-risk", version: "1.0.0", report: { passed: true, problems: [] } });
		const [done, total] = progress.at(-1)!;
		expect(done).toBe(total);
		expect(progress.map(([bytes]) => bytes)).toEqual(progress.map(([bytes]) => bytes).toSorted((a, b) => a - b));
		expect((await store.push(example("1.0.0"), quietly)).digest).toBe(pushed.digest);
		const opened = await (await gatewayPackages(folder)).open(pushed.digest);
		expect(opened.manifest).toMatchObject({ name: "credit-risk", version: "1.0.0", runtime: { kind: "onnx" } });
	});

	it("gives a gateway that starts later nothing that was changed in the store, and what was only touched", async () => {
		const { digest } = await store.push(example("1.0.0"), quietly);
		const gateway = await gatewayPackages(folder);
		const { dir } = await gateway.open(digest);
		const code = path.join(dir, "post.mjs");
		await chmod(code, 0o644);
		const text = await readFile(code, "utf8");
		await writeFile(code, text);
		expect((await gateway.open(digest)).dir).toBe(dir);
		await writeFile(code, text.replace(/.$/s, " "));
		await expect(gateway.open(digest)).rejects.toMatchObject({ code: "package.corrupt", path: "post.mjs" });
		await rm(code);
		await expect(gateway.open(digest)).rejects.toMatchObject({ message: expect.stringContaining("post.mjs is gone") });
	});

	it("refuses the package whose weights end early, naming the file and the place, and keeps nothing of it", async () => {
		await expect(store.push(example("1.3.0"), quietly)).rejects.toMatchObject({
			code: "package.refused",
			message: expect.stringMatching(/\.onnx.*\d/s),
		});
		const other = await packageStore(folder, new Installation());
		await expect(
			other.check(`sha256:${"0".repeat(64)}`, { championDigest: null, hasServed: false, off: [] }),
		).rejects.toMatchObject({
			code: "package.not-found",
		});
	});

	it("checks a stored package again beside its champion, and says how far it went", async () => {
		const champion = await store.push(example("1.0.0"), quietly);
		const challenger = await store.push(example("1.1.0"), quietly);
		const report = await store.check(challenger.digest, {
			championDigest: champion.digest,
			hasServed: false,
			off: ["crash", "split"],
		});
		expect(store.checkNames).toEqual(expect.arrayContaining(["crash", "split"]));
		expect(report).toMatchObject({ passed: true, problems: [], level: expect.stringMatching(/^L[0-4]$/) });
		expect(report.lines.length).toBeGreaterThan(3);
	});

	it("refuses at deploy what does not load or fits no host, and lets it back where it has served before", async () => {
		const source = path.join(folder.root, "source");
		await cp(example("1.1.0"), source, { recursive: true });
		await appendFile(path.join(source, "pre.mjs"), '\nthrow new Error("no such table");\n');
		const { digest } = await store.push(source, quietly);
		const first = await store.check(digest, { championDigest: null, hasServed: false, off: [] });
		expect(first).toMatchObject({ passed: false, problems: [{ id: "H11", message: expect.stringContaining("no such table") }] });
		expect(await store.check(digest, { championDigest: null, hasServed: false, off: ["H11"] })).toMatchObject({ passed: true });
		expect(await store.check(digest, { championDigest: null, hasServed: true, off: [] })).toMatchObject({ passed: true });

		const other = path.join(folder.root, "other");
		await cp(example("1.0.0"), other, { recursive: true });
		const yaml = path.join(other, "model.yaml");
		await writeFile(yaml, (await readFile(yaml, "utf8")).replace("512Mi", "9000Gi"));
		const large = await store.push(other, quietly);
		const fits = await store.check(large.digest, { championDigest: null, hasServed: false, off: [] });
		expect(fits).toMatchObject({ passed: false, problems: [{ id: "H07" }] });
	});

	it("ends a push that nobody waits for any more", async () => {
		const gone = new AbortController();
		gone.abort();
		await expect(store.push(example("1.0.0"), { ...quietly, signal: gone.signal })).rejects.toMatchObject({
			code: "push.cancelled",
		});
	});
});
