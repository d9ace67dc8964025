import { HeadgateError } from "@headgate/protocol";
import { isKerasModel, type KerasProblem, kerasProblems } from "../../formats/keras/keras-config.ts";
import { readKeras } from "../../formats/keras/read-keras.ts";
import { searchGraph } from "../../formats/keras/search-graph.ts";
import { searchHdf5 } from "../../formats/keras/search-hdf5.ts";
import { sniffContainer } from "../../formats/sniff.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import { isPlainJson } from "../contents/find-templates.ts";
import { type ConfigFile, readConfigs } from "../contents/read-configs.ts";
import type { CheckContext } from "../context.ts";

/** A graph of TensorFlow, in bytes or as text, and what Keras 2 says of the model beside it. */
const GRAPH = /\.(pb|pbtxt)$/i;

export const e06Keras: Check = {
	id: "E06",
	title: "Models of Keras and TensorFlow hold no code",
	severity: "block",
	refuses:
		"A .keras file, or a model saved as JSON, with a Lambda layer, a class or function of a module other than Keras's own, a vocabulary " +
		"or a model in another file, or a switch that turns its safe mode off; a model in HDF5 (.h5); a TensorFlow graph (.pb, .pbtxt) with " +
		"an operation that runs Python, reads or writes files (PyFunc, ReadFile, WriteFile), or with a Lambda layer.",
	why:
		"A Lambda layer is marshalled Python (CVE-2024-3660), other modules could be named and called with safe_mode on (CVE-2025-1550, " +
		"CVE-2025-8747, CVE-2025-9906, CVE-2025-49655), files of the machine be read (CVE-2025-12058, CVE-2026-1462), and .h5 files ignore safe_mode " +
		"(CVE-2025-9905). A TensorFlow graph is a program: what its operations do happens when it is loaded or answers.",
	rules: "2",
	async run(context) {
		const files = await context.filesOf("keras", "hdf5");
		const graphs = context.content().flatMap(({ path }) => (GRAPH.test(path) ? [path] : []));
		const described = await kerasJson(context);
		if (files.length + graphs.length + described.length === 0)
			return skipped("no file is a model of Keras or TensorFlow, or HDF5");
		const findings: Finding[] = [];
		for (const file of files) {
			try {
				const isHdf5 = (await sniffContainer(await context.open(file))) === "HDF5";
				findings.push(...(isHdf5 ? await hdf5(context, file) : await keras(context, file)));
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		for (const { path, document } of described) findings.push(...found(path, kerasProblems(document)));
		for (const file of graphs) findings.push(...(await graph(context, file)));
		return judge(findings, pass([...files, ...described.map(({ path }) => path), ...graphs].join(", ")));
	},
};

/** Models as `model.to_json()` gives them: whoever loads one runs what its Lambda layers hold. */
async function kerasJson(context: CheckContext): Promise<ConfigFile[]> {
	const documents = await readConfigs(context, isPlainJson);
	return documents.filter(({ document }) => isKerasModel(document));
}

async function graph(context: CheckContext, file: string): Promise<Finding[]> {
	const { unsafeOp, lambdaAt } = await context.read(file, searchGraph);
	const findings: Finding[] = [];
	if (unsafeOp !== undefined) {
		const message = `${file} has the operation ${unsafeOp.name} at offset ${unsafeOp.offset.toLocaleString("en")}, which runs Python or touches files`;
		findings.push({ ...finding("keras.unsafe", message, file), offset: unsafeOp.offset });
	}
	if (lambdaAt !== undefined) {
		const message = `${file} holds a Lambda layer at offset ${lambdaAt.toLocaleString("en")}: Python code that runs when the model is loaded`;
		findings.push({ ...finding("keras.lambda", message, file), offset: lambdaAt });
	}
	return findings;
}

function found(file: string, problems: readonly KerasProblem[]): Finding[] {
	return problems.map(({ code, message }) => finding(code, `${file} ${message}`, file));
}

async function keras(context: CheckContext, file: string): Promise<Finding[]> {
	const { problems } = await context.read(file, readKeras);
	return found(file, problems);
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
