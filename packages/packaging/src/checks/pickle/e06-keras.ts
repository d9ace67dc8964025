import { HeadgateError } from "@headgate/protocol";
import { readKeras } from "../../formats/keras/read-keras.ts";
import { searchHdf5 } from "../../formats/keras/search-hdf5.ts";
import { sniffContainer } from "../../formats/sniff.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";

export const e06Keras: Check = {
	id: "E06",
	title: "Keras models hold no code",
	severity: "block",
	refuses:
		"A .keras file with a Lambda layer, a class or function of a module other than Keras's own, or a switch that turns its safe mode off; " +
		"a model in HDF5 (.h5).",
	why:
		"A Lambda layer is marshalled Python (CVE-2024-3660), other modules could be named and called with safe_mode on (CVE-2025-1550, " +
		"CVE-2025-8747, CVE-2025-9906, CVE-2025-49655), and .h5 files ignore safe_mode (CVE-2025-9905).",
	rules: "1",
	async run(context) {
		const files = await context.filesOf("keras", "hdf5");
		if (files.length === 0) return skipped("no file is a Keras model or HDF5");
		const findings: Finding[] = [];
		for (const file of files) {
			try {
				const isHdf5 = (await sniffContainer(await context.open(file))) === "HDF5";
				findings.push(...(isHdf5 ? await hdf5(context, file) : await keras(context, file)));
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		return judge(findings, pass(files.join(", ")));
	},
};

async function keras(context: CheckContext, file: string): Promise<Finding[]> {
	const { problems } = await context.read(file, readKeras);
	return problems.map(({ code, message }) => finding(code, `${file} ${message}`, file));
}

/** Data in HDF5 are none of Keras's business; weights and models are, for nothing here can look into them. */
async function hdf5(context: CheckContext, file: string): Promise<Finding[]> {
	const { lambdaAt, modelConfigAt, isWhole } = await context.read(file, searchHdf5);
	const findings: Finding[] = [];
	if (lambdaAt !== undefined) {
		const message = `${file} holds a Lambda layer at offset ${lambdaAt.toLocaleString("en")}: Python code that runs when the model is loaded`;
		findings.push({ ...finding("keras.lambda", message, file), offset: lambdaAt });
	}
	const isWeights = (await context.weights()).includes(file);
	if (modelConfigAt === undefined && isWhole && !isWeights) return findings;
	const what =
		modelConfigAt === undefined ? "HDF5" : `a Keras model in HDF5 (model_config at offset ${modelConfigAt.toLocaleString("en")})`;
	// Looked at alone it is told what it is; in a package nothing could serve it safely.
	const alone = context.input.withManifest ? {} : ({ severity: "warn" } as const);
	return [
		...findings,
		{ ...finding("keras.hdf5", `${file} is ${what}, where Keras does not keep to its safe mode`, file), ...alone },
	];
}

function finding(code: string, message: string, file: string): Finding {
	return { code, message, hint: new HeadgateError(code, "").hint, file };
}
