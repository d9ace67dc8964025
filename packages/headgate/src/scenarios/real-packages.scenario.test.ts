import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Fleet, runHeadgate } from "@headgate/testkit/fleet";
import { PYTHON_MISSING } from "@headgate/testkit/python";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillIn, type MadeModels, makeModels } from "./testing/made-packages.ts";

const root = mkdtempSync(path.join(tmpdir(), "headgate-made-"));
const made = (name: string): string => path.join(root, "made", name);
let answers: MadeModels;
let fleet: Fleet;

beforeAll(async () => {
	if (PYTHON_MISSING) return;
	[answers, fleet] = await Promise.all([makeModels(path.join(root, "made")), Fleet.start({ gateways: 1 })]);
}, 300_000);

afterAll(async () => {
	await fleet?.stop();
	fleet?.remove();
	rmSync(root, { recursive: true, force: true });
}, 30_000);

interface Summary {
	readonly verdict: string;
	readonly results: readonly {
		readonly id: string;
		readonly status: string;
		readonly severity: string;
		readonly message: string;
	}[];
}

/** init, and what a person would write into the gaps. */
async function begin(folder: string, ...args: readonly string[]): Promise<void> {
	const { exit, stdout, stderr } = await runHeadgate(["init", ...args]);
	expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
	expect(stdout).toContain("fill in model.yaml:");
	fillIn(folder);
}

async function check(folder: string): Promise<Summary> {
	const { stdout } = await runHeadgate(["--json", "check", folder]);
	return JSON.parse(stdout) as Summary;
}

/** Serves a package at an endpoint of its own and asks for one row. */
async function serveAndAsk(
	name: string,
	version: string,
	input: Record<string, unknown>,
): Promise<{ outputs: { name: string; data: number[] }[] }> {
	const endpoint = {
		endpoint: name,
		model: name,
		owner: { team: "risk-ml", contact: "risk-ml@example.com" },
		plan: [{ validate: null }, { switch: null }],
	};
	await fleet.ask("endpoint", "apply", fleet.write(`${name}.yaml`, JSON.stringify(endpoint)));
	await fleet.ask("deploy", name, version, "--wait");
	const body = JSON.stringify({ inputs: [input] });
	const answer = await fetch(`${fleet.gatewayUrl}/v2/models/${name}/infer`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body,
	});
	expect(answer.status).toBe(200);
	return (await answer.json()) as { outputs: { name: string; data: number[] }[] };
}

function expectNear(got: readonly number[], expected: readonly number[]): void {
	expect(got.length).toBe(expected.length);
	for (const [at, value] of expected.entries()) expect(got[at]).toBeCloseTo(value, 4);
}

function row(name: string): Record<string, unknown> {
	return { name, datatype: "FP32", shape: [1, 4], data: answers.features[0] };
}

describe.skipIf(PYTHON_MISSING)("a model of scikit-learn, exported by skl2onnx", () => {
	it("goes init, check, push, deploy, and answers what scikit-learn answers", async () => {
		const folder = made("sklearn-onnx");
		await begin(folder, folder);
		expect(await check(folder)).toMatchObject({ verdict: "pass" });
		await fleet.ask("push", folder);
		const { outputs } = await serveAndAsk("sklearn-onnx", "0.1.0", row("X"));
		const probabilities = outputs.find(({ name }) => name === "probabilities")!.data;
		expectNear(probabilities, answers.probabilities[0]!);
	}, 120_000);
});

describe.skipIf(PYTHON_MISSING)("a model saved by MLflow", () => {
	it("in the ONNX flavour is imported with its signature and served", async () => {
		const folder = path.join(root, "iris-onnx");
		await begin(folder, "--from", "mlflow", made("mlflow-onnx"), folder, "--no-resolve");
		expect(await check(folder)).toMatchObject({ verdict: "pass" });
		await fleet.ask("push", folder);
		const { outputs } = await serveAndAsk("iris-onnx", "0.1.0", row("X"));
		const probabilities = outputs.find(({ name }) => name === "probabilities")!.data;
		expectNear(probabilities, answers.probabilities[0]!);
	}, 120_000);

	it("in the scikit-learn flavour is imported, checked and pushed; that no runtime here serves it yet is said before any traffic", async () => {
		const folder = path.join(root, "iris-sklearn");
		await begin(folder, "--from", "mlflow", made("mlflow-sklearn"), folder, "--no-resolve");
		const summary = await check(folder);
		expect(summary.verdict).toBe("pass");
		expect(summary.results.find(({ id }) => id === "M03")).toMatchObject({ status: "fail", severity: "warn" });
		await fleet.ask("push", folder);
		await refusedToServe("iris-sklearn");
	}, 240_000);

	it("without a signature is refused with what to do", async () => {
		const source = path.join(root, "no-signature");
		expect(await runHeadgate(["init", "--from", "mlflow", withoutSignature(source), path.join(root, "never")])).toMatchObject({
			exit: 2,
			stderr: expect.stringMatching(/MLmodel has no signature[\s\S]*--input-schema/),
		});
		expect(existsSync(path.join(root, "never"))).toBe(false);
	});
});

describe.skipIf(PYTHON_MISSING)("a model dumped by joblib", () => {
	it("is recognised, its requirements are resolved into a lock, and it is checked and pushed once its maker is trusted", async () => {
		const folder = made("sklearn-joblib");
		await begin(folder, folder);
		for (const side of ["input", "output"]) {
			writeFileSync(
				path.join(folder, `${side}.schema.json`),
				JSON.stringify({ type: "object", properties: { x: { type: "number" } }, additionalProperties: false }),
			);
		}
		expect(
			(await check(folder)).results.filter(
				({ status, severity }) => status !== "pass" && /block|high/.test(severity) && status !== "skipped",
			),
		).toEqual([]);
		await fleet.ask("push", folder);
		await refusedToServe("sklearn-joblib");
	}, 240_000);
});

describe.skipIf(PYTHON_MISSING)("a model of the Hugging Face hub's cache", () => {
	it("is imported with its links resolved, checked against its tokenizer, and pushed", async () => {
		const snapshots = path.join(made("huggingface"), "snapshots");
		const folder = path.join(root, "tiny-register");
		await begin(folder, "--from", "huggingface", path.join(snapshots, readdirSync(snapshots)[0]!), folder, "--no-resolve");
		mkdirSync(path.join(folder, "code"));
		writeFileSync(
			path.join(folder, "code/load.py"),
			"def load(path):\n    return path\n\n\ndef predict(inputs):\n    return inputs\n",
		);
		for (const side of ["input", "output"]) {
			writeFileSync(
				path.join(folder, `${side}.schema.json`),
				JSON.stringify({ type: "object", properties: { text: { type: "string" } }, additionalProperties: false }),
			);
		}
		const summary = await check(folder);
		expect(
			summary.results.filter(({ status, severity }) => (status === "fail" || status === "error") && /block|high/.test(severity)),
		).toEqual([]);
		expect(summary.results.find(({ id }) => id === "F02")).toMatchObject({ status: "pass" });
		await fleet.ask("push", folder);
	}, 120_000);
});

/** No runtime of this release loads it: the deploy says so and no request ever reaches it. */
async function refusedToServe(name: string): Promise<void> {
	const endpoint = {
		endpoint: name,
		model: name,
		owner: { team: "risk-ml", contact: "risk-ml@example.com" },
		plan: [{ validate: null }, { switch: null }],
	};
	await fleet.ask("endpoint", "apply", fleet.write(`${name}.yaml`, JSON.stringify(endpoint)));
	const refused = await fleet.headgate(["deploy", name, "0.1.0", "--wait"]);
	expect(refused.exit).toBe(1);
	expect(refused.stdout + refused.stderr).toMatch(/python/);
}

function withoutSignature(target: string): string {
	cpSync(made("mlflow-sklearn"), target, { recursive: true });
	const file = path.join(target, "MLmodel");
	writeFileSync(file, readFileSync(file, "utf8").replace(/^signature:\n( {2}.*\n)+/m, ""));
	return target;
}
