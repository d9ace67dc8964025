import type { SignatureSide } from "./signature.ts";
import { sideNames } from "./signature-schema.ts";

export interface LoaderOptions {
	/** The model's file in the package. */
	readonly file: string;
	readonly reader: "pickle" | "joblib" | "skops";
	/** Types beyond its own list that skops may make. */
	readonly trusted?: readonly string[];
	/** What is called of the model; default `predict`. */
	readonly method?: string;
	/** A folder of Python that the model needs on its path. */
	readonly code?: string | undefined;
	readonly inputs: SignatureSide | undefined;
	readonly outputs: SignatureSide | undefined;
}

/**
 * Python for a model with scikit-learn's `predict`: `load(path)` is called once with the package's folder, `predict(inputs)` with a
 * list of instances as the input schema describes one, and gives an answer for each as the output schema describes it.
 */
export function sklearnLoader({ file, reader, trusted = [], method = "predict", code, inputs, outputs }: LoaderOptions): string {
	const columns = inputs?.kind === "columns" ? inputs.columns : [];
	const of = (...types: readonly string[]): string[] => {
		const names = inputs === undefined ? [] : sideNames(inputs, "input");
		return names.filter((_, at) => types.includes(columns[at]?.value.type ?? ""));
	};
	const tensor = inputs?.kind === "tensors" && inputs.tensors.length === 1 ? inputs.tensors[0] : undefined;
	const answers = outputs === undefined ? ["prediction"] : sideNames(outputs, "prediction");
	return `"""Loads the model and answers. Headgate calls load(path) once, then predict(inputs)."""

import os
${reader === "pickle" ? "import pickle\n" : ""}${code === undefined ? "" : "import sys\n"}${of("datetime").length > 0 ? "from datetime import datetime\n" : ""}${of("binary").length > 0 ? "from base64 import b64decode\n" : ""}
${reader === "joblib" ? "import joblib\n" : ""}import numpy${reader === "skops" ? "\nimport skops.io" : ""}

${columns.length > 0 ? `COLUMNS = ${python(sideNames(inputs!, "input"))}` : `COLUMNS = None  # the order of the columns, when the model does not know their names`}
ANSWERS = ${python(answers)}
${conversions(of)}
_model = None


def load(path):
    """path: the folder of the package."""
    global _model
${code === undefined ? "" : `    sys.path.insert(0, os.path.join(path, ${python(code)}))\n`}${loading(reader, file, trusted)}


def predict(inputs):
    """inputs: a list of instances, each a dict as the input schema says. Returns one answer for each, as the output schema says."""
    answers = numpy.asarray(_model.${method}(_table(inputs)))
    if len(ANSWERS) == 1:
        return [{ANSWERS[0]: answer} for answer in answers.tolist()]
    return [dict(zip(ANSWERS, answer)) for answer in answers.tolist()]


def _table(rows):
${
	tensor === undefined
		? `    names = COLUMNS or list(getattr(_model, "feature_names_in_", rows[0].keys()))
    table = [[_value(name, row.get(name)) for name in names] for row in rows]
    if not hasattr(_model, "feature_names_in_"):
        return table
    import pandas  # the model was fitted on a data frame and asks for its column names

    return pandas.DataFrame(table, columns=names)


def _value(name, value):
${of("long").length > 0 ? `    if name in LONG and isinstance(value, str):\n        return int(value)\n` : ""}${of("datetime").length > 0 ? `    if name in INSTANTS and value is not None:\n        return datetime.fromisoformat(value.replace("Z", "+00:00"))\n` : ""}${of("binary").length > 0 ? `    if name in BINARY and value is not None:\n        return b64decode(value)\n` : ""}    return value`
		: `    return numpy.asarray([row[${python(sideNames(inputs!, "input")[0]!)}] for row in rows], dtype=${python(tensor.dtype)})`
}
`;
}

function loading(reader: LoaderOptions["reader"], file: string, trusted: readonly string[]): string {
	const path = `os.path.join(path, ${python(file)})`;
	switch (reader) {
		case "joblib":
			return `    _model = joblib.load(${path})`;
		case "skops":
			return `    _model = skops.io.load(${path}, trusted=${python(trusted)})`;
		case "pickle":
			return `    with open(${path}, "rb") as file:\n        _model = pickle.load(file)`;
	}
}

function conversions(of: (...types: readonly string[]) => string[]): string {
	return [
		["LONG", of("long"), "whole numbers beyond 2^53 come as strings"],
		["INSTANTS", of("datetime"), "RFC 3339"],
		["BINARY", of("binary"), "base64"],
	]
		.filter(([, names]) => names!.length > 0)
		.map(([name, names, why]) => `${name} = ${python(names)}  # ${why}\n`)
		.join("");
}

/** JSON strings and lists of them are Python's too. */
function python(value: unknown): string {
	return JSON.stringify(value).replaceAll('","', '", "');
}
