import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ERRORS, type HeadgateError } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import { checkPackage } from "./checks/check-package.ts";
import { PackageRefused } from "./store/package-refused.ts";
import { openPackageStore } from "./store/package-store.ts";
import { BAD_ARCHIVES } from "./testing/bad-inputs/bad-archives.ts";
import { BAD_EVIDENCE } from "./testing/bad-inputs/bad-evidence.ts";
import type { BadInput } from "./testing/bad-inputs/bad-input.ts";
import { BAD_MANIFESTS } from "./testing/bad-inputs/bad-manifests.ts";
import { BAD_WEIGHTS } from "./testing/bad-inputs/bad-weights.ts";
import { packageFiles, temporaryFolder } from "./testing/package-fixture.ts";

const NOW = Date.UTC(2026, 10, 21);
/** The catalogue's numbers that need a running store or a sender: store/uploads, store/package-store and remote/upload-package have them. */
const ELSEWHERE = [1, 2, 3, 21, 22, 23, 68];

const INPUTS = [...BAD_ARCHIVES, ...BAD_MANIFESTS, ...BAD_WEIGHTS, ...BAD_EVIDENCE];

interface Said {
	readonly code: string;
	readonly message: string;
	readonly hint: string;
}

describe("the catalogue of bad inputs", () => {
	it("is covered without a gap", () => {
		const numbers = new Set([...INPUTS.map(({ number }) => number), ...ELSEWHERE]);
		expect(Array.from({ length: 68 }, (_, at) => at + 1).filter((number) => !numbers.has(number))).toEqual([]);
	});

	it.each(INPUTS.map((input) => [input.number, input.what, input] as const))(
		"%i: %s is refused, and nothing is left in the store",
		async (_, __, input) => {
			const said = input.atDeploy === undefined ? await pushed(input) : await deployed(input);
			const found = said.find(({ code }) => code === input.code);
			expect(found, `got ${JSON.stringify(said.map(({ code, message }) => [code, message]))}`).toBeDefined();
			expect(found!.message).toMatch(input.says);
			expect(found!.hint).not.toBe("");
			expect(found!.message).not.toMatch(/[\u0000-\u0008\u001b]/);
			expect(ERRORS[input.code]?.exit).toBeLessThanOrEqual(2);
		},
	);
});

async function folderOf({ files = {}, prepare }: BadInput): Promise<string> {
	const folder = join(await temporaryFolder(), "package");
	for (const [path, bytes] of Object.entries(packageFiles(files))) {
		await mkdir(join(folder, path, ".."), { recursive: true });
		await writeFile(join(folder, path), bytes);
	}
	await prepare?.(folder);
	return folder;
}

/** What a push is refused with. Throws when it is taken, or when anything of it stays. */
async function pushed(input: BadInput): Promise<readonly Said[]> {
	const root = await temporaryFolder();
	const store = await openPackageStore(root);
	const options = { now: NOW, published: async () => input.published ?? [] };
	let push: Promise<unknown>;
	if (input.archive === undefined) push = store.ingestFolder(await folderOf(input), options);
	else {
		const file = join(await temporaryFolder(), input.archive.name);
		await writeFile(file, input.archive.bytes);
		push = store.ingestArchive(file, options);
	}
	const error = await push.then(
		() => undefined,
		(refusal: HeadgateError) => refusal,
	);
	if (error === undefined) throw new Error(`${input.what} was taken into the store`);
	expect(await filesBelow(root)).toEqual([]);
	return error instanceof PackageRefused ? findingsOf(error.summary) : [error];
}

/** What a deploy's checks refuse it with. */
async function deployed(input: BadInput): Promise<readonly Said[]> {
	const { champion, memoryBytes, now = NOW } = input.atDeploy!;
	const host = memoryBytes === undefined ? undefined : { memoryBytes, diskFreeBytes: 2 ** 40, cpus: 8, gpus: 0, versions: {} };
	const summary = await checkPackage(await folderOf(input), { champion, host, now });
	expect(summary.verdict).toBe("fail");
	return findingsOf(summary);
}

function findingsOf(summary: PackageRefused["summary"]): readonly Said[] {
	return summary.results.flatMap((result) => (result.status === "fail" ? (result.findings ?? []) : []));
}

async function filesBelow(root: string): Promise<string[]> {
	const entries = await readdir(root, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}
