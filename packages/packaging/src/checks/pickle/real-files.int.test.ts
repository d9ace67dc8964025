import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkWeightFile } from "../check-package.ts";

const artefacts = fileURLToPath(new URL("../../../../../../shared/data/artefacts", import.meta.url));
const files = (pattern: string): string[] => globSync(pattern, { cwd: artefacts }).map((file) => join(artefacts, file));

/** The check that refuses, and its code. */
async function refusal(file: string): Promise<{ verdict: string; by: string[] }> {
	const { verdict, results } = await checkWeightFile(file);
	const by = results.filter(({ id, status }) => id.startsWith("E") && status !== "pass" && status !== "skipped");
	return { verdict, by: by.flatMap(({ id, findings }) => (findings ?? []).map(({ code }) => `${id} ${code}`)) };
}

describe("files of picklescan and modelaudit", () => {
	it("that are hostile or malformed are all refused", async () => {
		const hostile = [
			...files("picklescan/data/*").filter((file) => !/benign|new_pytorch_model/.test(file)),
			...files("modelaudit/samples/**/{malicious,evil}*.{pkl,pickle,pt,h5}"),
		];
		expect(hostile.length).toBeGreaterThanOrEqual(14);
		for (const file of hostile) {
			const { verdict, by } = await refusal(file);
			expect({ file: basename(file), verdict }).toEqual({ file: basename(file), verdict: "fail" });
			expect(by, basename(file)).not.toEqual([]);
		}
	});

	it("that are sound pass", async () => {
		const sound = [
			...files("picklescan/data/{benign*,new_pytorch_model.bin}"),
			...files("modelaudit/samples/{pickles,pytorch,archives}/safe*"),
			...files("modelaudit/scenarios/**/*.pkl"),
		];
		expect(sound.length).toBeGreaterThanOrEqual(11);
		for (const file of sound)
			expect({ file: basename(file), ...(await refusal(file)) }).toEqual({ file: basename(file), verdict: "pass", by: [] });
	});

	it("in HDF5 are refused, sound or not, with the Lambda named", async () => {
		const [malicious, safe] = [files("modelaudit/**/malicious_lambda.h5")[0]!, files("modelaudit/**/safe_model.h5")[0]!];
		expect((await refusal(malicious)).by).toEqual(["E06 keras.lambda", "E06 keras.hdf5"]);
		expect((await refusal(safe)).by).toEqual(["E06 keras.hdf5"]);
	});
});
