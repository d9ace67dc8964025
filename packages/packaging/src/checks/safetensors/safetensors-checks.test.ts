import { describe, expect, it } from "vitest";
import { encodeSafetensors, type SafetensorsSpec, withHeader } from "../../testing/encode-safetensors.ts";
import { packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage, checkWeightFile } from "../check-package.ts";

async function ofFile(bytes: Uint8Array) {
	const folder = await writePackage({ "model.safetensors": bytes });
	const summary = await checkWeightFile(`${folder}/model.safetensors`);
	return { summary, of: (id: string) => summary.results.find((result) => result.id === id)! };
}

async function ofFiles(files: Record<string, string | Uint8Array>) {
	const summary = await checkPackage(await writePackage(packageFiles(files)));
	return { summary, of: (id: string) => summary.results.find((result) => result.id === id)! };
}

function f32(name: string, shape: readonly number[], value: (index: number) => number): SafetensorsSpec {
	const count = shape.reduce((product, dim) => product * dim, 1);
	return { name, shape, data: new Uint8Array(Float32Array.from({ length: count }, (_, index) => value(index)).buffer) };
}

const wave = (index: number): number => Math.sin(index);
const sound = [f32("layer.weight", [8, 8], wave), f32("layer.bias", [8], () => 0)];

describe("a safetensors file", () => {
	it("that is sound passes, without a manifest", async () => {
		const { of, summary } = await ofFile(encodeSafetensors(sound, { format: "pt" }));
		for (const id of ["B01", "B02", "B04", "B05"]) expect(of(id)).toMatchObject({ id, status: "pass" });
		expect(of("B04").message).toBe("all of 2 float tensors looked at");
		expect(summary.verdict).toBe("pass");
		expect(summary.notVerified.filter((words) => words.startsWith("B0"))).toEqual([]);
	});

	it("with a broken header is refused by B01, and the others skip it", async () => {
		const { of } = await ofFile(withHeader('{"a":1}'));
		expect(of("B01")).toMatchObject({ status: "fail", code: "safetensors.header", file: "model.safetensors" });
		for (const id of ["B02", "B04", "B05"]) expect(of(id)).toMatchObject({ id, status: "skipped" });
	});

	it("with a header above 20 MB gets a warning", async () => {
		const { of, summary } = await ofFile(withHeader(`{}${" ".repeat(20_000_001)}`));
		expect(of("B01")).toMatchObject({ severity: "warn", message: expect.stringContaining("20,000,008 bytes") });
		expect(of("B02")).toMatchObject({ severity: "warn", code: "safetensors.empty" });
		expect(summary.verdict).toBe("pass");
	});

	it("with an overlap and a tail has both named by B02", async () => {
		const entry = (begin: number, end: number): string =>
			`{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;
		const { of } = await ofFile(withHeader(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, new Uint8Array(20)));
		expect(of("B02").findings?.map(({ code }) => code)).toEqual(["safetensors.overlap", "safetensors.trailing"]);
		expect(of("B02")).toMatchObject({ status: "fail", severity: "block" });
	});

	it("with a long note or a program among its notes is told of, and passes", async () => {
		const { of, summary } = await ofFile(encodeSafetensors(sound, { long: "x".repeat(70_000), hook: "#!/bin/sh\nrm" }));
		expect(of("B05").findings?.map(({ message }) => message)).toEqual([
			expect.stringContaining("'long' in __metadata__ has 70,000 bytes"),
			expect.stringContaining("'hook' in __metadata__ looks like a program: '#!/bin/sh"),
		]);
		expect(summary.verdict).toBe("pass");
	});
});

describe("B04", () => {
	it("names the tensors that are entirely zero, as after a copy that failed half-way", async () => {
		const tensors = Array.from({ length: 14 }, (_, index) => f32(`layers.${index}.weight`, [8, 8], index < 7 ? wave : () => 0));
		const { of, summary } = await ofFile(encodeSafetensors(tensors));
		expect(of("B04")).toMatchObject({ status: "fail", severity: "high", code: "weights.values" });
		expect(of("B04").message).toContain("7 tensors are entirely zero: 'layers.7.weight', 'layers.8.weight'");
		expect(summary.verdict).toBe("fail");
	});

	it("names at most ten of them", async () => {
		const { of } = await ofFile(encodeSafetensors(Array.from({ length: 12 }, (_, index) => f32(`w${index}`, [2, 2], () => 0))));
		expect(of("B04").message).toMatch(/12 tensors are entirely zero: .*'w9' and 2 more$/);
	});

	it("refuses NaN and infinity, with how many", async () => {
		const tensors = [
			f32("lm_head.weight", [4, 4], (index) => (index === 3 ? Number.NaN : wave(index))),
			f32("layer.bias", [4], (index) => (index === 0 ? Number.NEGATIVE_INFINITY : 0)),
		];
		const { of } = await ofFile(encodeSafetensors(tensors));
		expect(of("B04").message).toContain(
			"2 tensors hold NaN or infinite values: 'lm_head.weight' (1 NaN of 16 values), 'layer.bias' (1 infinite of 4 values)",
		);
	});

	it("excuses biases, norms, masks with minus infinity, and LoRA before training", async () => {
		const tensors = [
			...sound,
			f32("model.norm.weight", [2, 2], () => 1),
			f32("q.lora_B.weight", [4, 4], () => 0),
			f32("attention.mask", [4, 4], (index) => (index % 2 === 0 ? Number.NEGATIVE_INFINITY : 0)),
			f32("rope.inv_freq", [4], () => 0),
			f32("bn.running_mean", [2, 2], () => 0),
		];
		expect((await ofFile(encodeSafetensors(tensors))).of("B04").status).toBe("pass");
	});

	it("refuses NaN in a mask", async () => {
		const { of } = await ofFile(encodeSafetensors([f32("mask", [2, 2], () => Number.NaN)]));
		expect(of("B04").status).toBe("fail");
	});

	it("warns of one value everywhere and of spreads that no training gives", async () => {
		const tensors = [f32("a", [8, 8], () => 3), f32("b", [8, 8], (index) => 1e6 * wave(index)), f32("conv", [2, 2, 2], () => 0)];
		const { of, summary } = await ofFile(encodeSafetensors(tensors));
		expect(of("B04").findings?.map(({ message, severity }) => [message.replace(/^.*?: /, ""), severity])).toEqual([
			["2 tensors have one and the same value everywhere: 'a', 'conv'", "warn"],
			[expect.stringMatching(/^tensor 'b' \(7\.\d+e\+5\) has a standard deviation outside 1e-8 to 1e4$/), "warn"],
		]);
		expect(summary.verdict).toBe("pass");
	});

	it.each([
		["F64", Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x7f)],
		["F16", Uint8Array.of(0, 0x7e)],
		["BF16", Uint8Array.of(0xc0, 0xff)],
		["F8_E4M3", Uint8Array.of(0x7f)],
		["F8_E5M2", Uint8Array.of(0x7e)],
		["F8_E4M3FNUZ", Uint8Array.of(0x80)],
		["F8_E5M2FNUZ", Uint8Array.of(0x80)],
		["F8_E8M0", Uint8Array.of(0xff)],
	])("sees NaN in %s, and none in its other values", async (dtype, nan) => {
		const zeros = new Uint8Array(nan.length * 3);
		const ones = new Uint8Array(nan.length).fill(0x31);
		const with_ = (data: Uint8Array): Uint8Array => encodeSafetensors([{ name: "w", dtype, shape: [2, 2], data }]);
		expect((await ofFile(with_(Buffer.concat([zeros, ones])))).of("B04").status).toBe("pass");
		expect((await ofFile(with_(Buffer.concat([zeros, nan])))).of("B04").message).toContain("'w' (1 NaN of 4 values)");
	});

	it("says of more than 64 MiB how much it looked at", async () => {
		const large = f32("large", [5000, 4000], wave);
		const { of, summary } = await ofFile(encodeSafetensors([large, f32("zero", [100, 100], () => 0)]));
		expect(of("B04").message).toContain("tensor 'zero' is entirely zero");
		expect(summary.notVerified).toContainEqual(
			expect.stringMatching(/^B04: values: [\d,]+ of 80,040,000 bytes in 2 of 2 float tensors/),
		);
	});
});

describe("B03", () => {
	const shard = (...names: string[]): Uint8Array => encodeSafetensors(names.map((name) => f32(name, [8, 8], wave)));
	const path = (number: number, of = 2): string => `model-0000${number}-of-0000${of}.safetensors`;
	const index = (map: Record<string, string>, total_size = 256 * Object.keys(map).length): string =>
		JSON.stringify({ metadata: { total_size }, weight_map: map });
	const whole = {
		[path(1)]: shard("a", "b"),
		[path(2)]: shard("c"),
		"model.safetensors.index.json": index({ a: path(1), b: path(1), c: path(2) }),
	};

	it("passes shards that agree with their index", async () => {
		expect((await ofFiles(whole)).of("B03")).toMatchObject({ status: "pass", message: "2 shards as the index says" });
	});

	it("names the shard that is missing, with an index", async () => {
		const { [path(2)]: _, ...rest } = whole;
		const { of } = await ofFiles(rest);
		expect(of("B03")).toMatchObject({ status: "fail", severity: "block", code: "safetensors.shard" });
		expect(of("B03").message).toContain(
			`the shard ${path(2)} is not in the package; the index says that it holds 1 tensors, among them 'c'`,
		);
	});

	it("names shard 3 of 8 when it is missing, without an index", async () => {
		const files = Object.fromEntries([1, 2, 4, 5, 6, 7, 8].map((number) => [path(number, 8), shard(`t${number}`)]));
		expect((await ofFiles(files)).of("B03").message).toBe(
			"7 of 8 shards are in the package; missing: model-00003-of-00008.safetensors",
		);
	});

	it.each([
		["a tensor that its shard does not hold", { a: path(1), b: path(1), c: path(2), d: path(2) }, "tensor 'd' should be in"],
		[
			"a tensor that the index leaves out",
			{ a: path(1), c: path(2) },
			"tensor 'b' of model-00001-of-00002.safetensors is not in the index",
		],
		["a tensor in the other shard", { a: path(1), b: path(2), c: path(2) }, "tensor 'b' should be in model-00002"],
		["a shard outside the package", { a: "../x.safetensors" }, "it points outside the package"],
	])("refuses %s", async (_, map, words) => {
		const { of } = await ofFiles({ ...whole, "model.safetensors.index.json": index(map) });
		expect(of("B03").findings?.some(({ message }) => message.includes(words))).toBe(true);
	});

	it("refuses a tensor in two shards", async () => {
		const { of } = await ofFiles({ ...whole, [path(2)]: shard("c", "a") });
		expect(of("B03").message).toContain(`tensor 'a' is in ${path(1)} and in ${path(2)}`);
	});

	it.each([
		["is not JSON", "{"],
		["has no weight_map", "{}"],
		["maps a tensor to a number", '{"weight_map":{"a":1}}'],
		["is empty", '{"weight_map":{}}'],
	])("refuses an index that %s", async (_, text) => {
		expect((await ofFiles({ "model.safetensors.index.json": text })).of("B03")).toMatchObject({ code: "safetensors.index" });
	});

	it("warns of a total size that is not the sum", async () => {
		const { of, summary } = await ofFiles({
			...whole,
			"model.safetensors.index.json": index({ a: path(1), b: path(1), c: path(2) }, 7),
		});
		expect(of("B03")).toMatchObject({
			severity: "warn",
			message: expect.stringContaining("total_size is 7, the tensors have 768 bytes"),
		});
		expect(summary.results.filter(({ status, severity }) => status === "fail" && severity === "block")).toEqual([]);
	});
});
