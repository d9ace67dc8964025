import { HeadgateError } from "@headgate/protocol";
import { bytesSource } from "../../files/read-at.ts";
import { readPickle } from "../../formats/pickle/read-pickle.ts";
import { mutatePickle } from "./mutate-pickle.ts";
import { PICKLE_SEEDS } from "./pickle-seeds.ts";
import type { MutationSubject } from "./subject.ts";

export const pickleSubject: MutationSubject = {
	name: "pickle",
	sources: /^formats\/pickle\/(?!allowed-|read-zip|packed|joblib|forward)/,
	seeds: () => PICKLE_SEEDS,
	mutateStructure: mutatePickle,
	async parse(bytes) {
		const scan = await readPickle(bytesSource(bytes), "model.pkl");
		const [problem] = scan.problems;
		if (problem !== undefined) throw new HeadgateError(problem.code, problem.message);
		return scan;
	},
	codes: /^(pickle\.[a-z-]+|archive\.[a-z-]+|weights\.cut-off)$/,
};
