import { HeadgateError } from "@headgate/protocol";
import { bytesSource } from "../../files/read-at.ts";
import { readTorch } from "../../formats/torch/read-torch.ts";
import { encodeZip } from "../encode-zip.ts";
import { mutatePickle } from "./mutate-pickle.ts";
import { TORCH_PICKLE } from "./pickle-seeds.ts";
import type { MutationSubject } from "./subject.ts";

export const torchSubject: MutationSubject = {
	name: "torch",
	sources: /^formats\/torch\/(?!legacy)/,
	seeds: () => [archive(TORCH_PICKLE)],
	// Half of the changes are the zip parser's affair; here the pickle inside changes, the archive around it is sound.
	mutateStructure: (_, random) => archive(mutatePickle(TORCH_PICKLE, random), random.pick([8, 8, 8, 4, 12, 0])),
	async parse(bytes) {
		const torch = await readTorch(bytesSource(bytes), "model.pt");
		const problem = torch.problems[0] ?? torch.pickle?.run.problems[0];
		if (problem !== undefined) throw new HeadgateError(problem.code, problem.message);
		return torch;
	},
	codes: /^(pickle\.[a-z-]+|torch\.[a-z-]+|archive\.[a-z-]+|weights\.cut-off)$/,
};

function archive(pickle: Uint8Array, storageBytes = 8): Uint8Array {
	return encodeZip([
		{ name: "archive/data.pkl", content: pickle },
		{ name: "archive/data/0", content: new Uint8Array(storageBytes).fill(7) },
		{ name: "archive/version", content: "3\n" },
	]);
}
