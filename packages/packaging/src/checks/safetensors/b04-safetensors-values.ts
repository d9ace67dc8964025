import { FLOAT_BYTES, type FloatFormat } from "../../formats/float-formats.ts";
import { readSafetensors } from "../../formats/safetensors/read-safetensors.ts";
import { type Check, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { judgeWeights, sumOfValues, unseenWeights, type WeightTensor } from "../weight-values.ts";

export const b04SafetensorsValues: Check = {
	id: "B04",
	title: "Weights in safetensors files hold values",
	severity: "high",
	refuses:
		"NaN and infinity in float tensors, and matrices that are entirely zero; one value everywhere and implausible spreads are a warning.",
	why: "A copy that failed half-way leaves a file of the right size whose second half is zeros, and an export to float16 turns large weights into infinity. Both load, and answer nonsense.",
	rules: "1",
	async run(context) {
		const files = await context.readable("safetensors", readSafetensors);
		if (files.length === 0) return skipped("there is no sound safetensors file");
		const all = [];
		for (const { path } of files) all.push(await judgeWeights(path, await floatTensors(context, path), context.signal));
		const sum = sumOfValues(all);
		const unseen = unseenWeights(sum);
		const seen = unseen === undefined ? "all" : `${sum.sampledTensors.toLocaleString("en")}`;
		const outcome = judge(sum.findings, pass(`${seen} of ${sum.tensors.toLocaleString("en")} float tensors looked at`));
		return unseen === undefined ? outcome : { ...outcome, notVerified: [unseen] };
	},
};

async function floatTensors(context: CheckContext, path: string): Promise<WeightTensor[]> {
	const { tensors, headerBytes } = await context.read(path, readSafetensors);
	const source = await context.open(path);
	return tensors
		.filter(({ dtype, begin, end }) => Object.hasOwn(FLOAT_BYTES, dtype) && end > begin)
		.map(({ name, dtype, shape, begin, end }) => ({
			name,
			rank: shape.length,
			format: dtype as FloatFormat,
			source,
			raw: { offset: 8 + headerBytes + begin, bytes: end - begin },
		}));
}
