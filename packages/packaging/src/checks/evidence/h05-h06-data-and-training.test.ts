import { describe, expect, it } from "vitest";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage } from "../check-package.ts";

async function judge(id: string, lines: Record<string, string>) {
	const { results } = await checkPackage(await writePackage(packageFiles({ "model.yaml": manifestText(lines) })));
	return results.find((result) => result.id === id)!;
}

const set = (name: string, sha256: string, role: string): string =>
	`{ name: ${name}, version: 2026-10-31T00:00:00Z, sha256: "${sha256}", role: ${role} }`;
const sets = (...all: string[]): Record<string, string> => ({ datasets: `datasets: [ ${all.join(", ")} ]` });
const a = "1a".repeat(32);

describe("H05", () => {
	it("passes training and evaluation data that differ, and says what it did not look at", async () => {
		expect(await judge("H05", sets(set("t", a, "train"), set("e", "2b".repeat(32), "eval")))).toMatchObject({
			status: "pass",
			notVerified: [expect.stringContaining("the data themselves")],
		});
	});

	it.each<[string, Record<string, string>, string, string]>([
		[
			"evaluation data that are the training data",
			sets(set("t", a, "train"), set("e", a, "eval")),
			"evaluation.leak",
			"e (eval) has the sha256",
		],
		[
			"test data that are the training data",
			sets(set("t", a, "train"), set("e", a, "test")),
			"evaluation.leak",
			"of the training data t",
		],
		[
			"the digest of an empty file",
			sets(set("t", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "train")),
			"datasets.invalid",
			"empty file",
		],
		["a digest of zeros", sets(set("t", "0".repeat(64), "train")), "datasets.invalid", "which no data have"],
		["one data set twice", sets(set("t", a, "train"), set("t", "2b".repeat(32), "eval")), "datasets.invalid", "listed twice"],
	])("refuses %s", async (_, lines, code, words) => {
		expect(await judge("H05", lines)).toMatchObject({
			status: "fail",
			severity: "high",
			code,
			message: expect.stringContaining(words),
		});
	});

	it("warns when nothing says what it was trained on", async () => {
		expect(await judge("H05", sets(set("e", a, "eval")))).toMatchObject({ status: "fail", severity: "warn" });
	});

	it("is skipped, and says so, when the data sets are left out", async () => {
		expect(await judge("H05", { datasets: 'datasets: { none: "bought as it is" }' })).toMatchObject({
			status: "skipped",
			notVerified: ["what it was trained and judged on"],
		});
	});
});

const training = (text: string): Record<string, string> => ({ training: `training: { ${text} }` });
const commit = `commit: ${"0f".repeat(20)}`;

describe("H06", () => {
	it("passes a commit, hyperparameters and a seed, wherever the seed stands", async () => {
		expect((await judge("H06", training(`${commit}, hyperparameters: { trees: { random_state: 1 } }`))).status).toBe("pass");
	});

	it.each<[string, string, string, string]>([
		["a commit of zeros", `commit: "${"0".repeat(40)}", hyperparameters: { seed: 1 }`, "training.commit", "which no commit has"],
		[
			"a changed working tree",
			`${commit}, dirty: true, hyperparameters: { seed: 1 }`,
			"training.commit",
			"training.dirty is true",
		],
		["no hyperparameters", `${commit}, hyperparameters: {}`, "training.hyperparameters", "is empty"],
		[
			"an end before the beginning",
			`${commit}, hyperparameters: { seed: 1 }, startedAt: 2026-01-02T00:00:00Z, finishedAt: 2026-01-01T00:00:00Z`,
			"training.time",
			"before startedAt",
		],
	])("refuses %s", async (_, text, code, words) => {
		expect(await judge("H06", training(text))).toMatchObject({
			status: "fail",
			severity: "high",
			code,
			message: expect.stringContaining(words),
		});
	});

	it("warns of a missing seed", async () => {
		expect(await judge("H06", training(`${commit}, hyperparameters: { depth: 3 }`))).toMatchObject({
			status: "fail",
			severity: "warn",
		});
	});
});
