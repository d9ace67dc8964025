import { HeadgateError } from "@headgate/protocol";
import { pathProblem, printable } from "../../files/package-path.ts";
import { entry, type PlainYaml, PlainYamlFault, readPlainYaml, textEntry, textList } from "../plain-yaml.ts";
import { readSignature, SignatureFault } from "./read-signature.ts";
import type { Signature } from "./signature.ts";

/** What an `MLmodel` file says. */
export interface MlModel {
	/** Flavors besides python_function: `sklearn`, `onnx`, ... */
	readonly flavors: readonly string[];
	/** The file or folder with the model, relative to the MLmodel file. */
	readonly data: string | undefined;
	/** How scikit-learn's file was written: `cloudpickle`, `pickle`, `skops`. */
	readonly serialization: string | undefined;
	/** Types that skops may make of it besides those it knows. */
	readonly trustedTypes: readonly string[];
	/** What MLflow calls of the model: `predict`, `predict_proba`. */
	readonly method: string;
	/** A folder of Python that the model needs on its path. */
	readonly code: string | undefined;
	readonly pythonVersion: string | undefined;
	readonly mlflowVersion: string | undefined;
	/** The version of the library of each flavor, under its name on PyPI. */
	readonly libraries: ReadonlyMap<string, string>;
	readonly signature: Signature | undefined;
	readonly runId: string | undefined;
	/** `2024-10-29T07:39:02Z`. */
	readonly createdAt: string | undefined;
}

/** Where each flavor writes its library's version, and what PyPI calls that library. */
const LIBRARIES: Readonly<Record<string, readonly [key: string, name: string]>> = {
	sklearn: ["sklearn_version", "scikit-learn"],
	onnx: ["onnx_version", "onnx"],
	pytorch: ["pytorch_version", "torch"],
	xgboost: ["xgb_version", "xgboost"],
	lightgbm: ["lgb_version", "lightgbm"],
	catboost: ["catboost_version", "catboost"],
	transformers: ["transformers_version", "transformers"],
	sentence_transformers: ["sentence_transformers_version", "sentence-transformers"],
	statsmodels: ["statsmodels_version", "statsmodels"],
	prophet: ["prophet_version", "prophet"],
	spacy: ["spacy_version", "spacy"],
	tensorflow: ["tensorflow_version", "tensorflow"],
	keras: ["keras_version", "keras"],
};
const DATA_KEYS = ["pickled_model", "model_path", "model_data", "data", "model_binary"] as const;

/** Reads an MLmodel file. Throws HeadgateError `import.mlmodel`. */
export function readMlModel(text: string): MlModel {
	try {
		return fromYaml(readPlainYaml(text));
	} catch (error) {
		if (error instanceof PlainYamlFault || error instanceof SignatureFault) throw refused(printable(error.message));
		throw error;
	}
}

function fromYaml(yaml: PlainYaml): MlModel {
	const flavors = entry(yaml, "flavors");
	if (typeof flavors !== "object" || Array.isArray(flavors)) throw refused("it has no flavors");
	const names = Object.keys(flavors);
	const own = names.filter((name) => name !== "python_function");
	const paths = own.concat(names.includes("python_function") ? "python_function" : []);
	const data = paths
		.flatMap((flavor) => DATA_KEYS.map((key) => textEntry(flavors, flavor, key)))
		.find((path) => path !== undefined);
	const problem = data === undefined ? undefined : pathProblem(data.replace(/\/$/, ""));
	if (problem !== undefined) throw refused(`it names the model '${printable(data!.slice(0, 120))}': ${problem}`);
	const libraries = own.flatMap((flavor) => {
		const [key, name] = LIBRARIES[flavor] ?? [`${flavor}_version`, flavor];
		const version = textEntry(flavors, flavor, key);
		return version === undefined ? [] : [[name, version] as const];
	});
	const code = paths.map((flavor) => textEntry(flavors, flavor, "code")).find((path) => path !== undefined);
	return {
		flavors: own,
		data,
		serialization: textEntry(flavors, "sklearn", "serialization_format"),
		trustedTypes: textList(entry(flavors, "sklearn", "skops_trusted_types")),
		method: /^[a-z_]{1,60}$/.exec(textEntry(flavors, "python_function", "predict_fn") ?? "")?.[0] ?? "predict",
		code: code === undefined || pathProblem(code) !== undefined ? undefined : code,
		pythonVersion: textEntry(flavors, "python_function", "python_version"),
		mlflowVersion: textEntry(yaml, "mlflow_version"),
		libraries: new Map(libraries),
		signature: readSignature(yaml),
		runId: textEntry(yaml, "run_id"),
		createdAt: instantOf(textEntry(yaml, "utc_time_created")),
	};
}

function refused(why: string): HeadgateError {
	return new HeadgateError("import.mlmodel", `MLmodel cannot be used: ${why}`, { path: "MLmodel" });
}

/** MLflow writes `2024-10-29 07:39:02.032550`, in UTC. */
function instantOf(text: string | undefined): string | undefined {
	const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(text ?? "") ?? [];
	return day === undefined ? undefined : `${day}T${time}Z`;
}
