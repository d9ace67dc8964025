"""Turns a fitted model into a package folder: the ONNX file, its evidence and the files that serve it."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from skl2onnx.helpers.onnx_helper import select_model_inputs_outputs

HERE = Path(__file__).parent
SERVING = HERE / "serving"
NAME = "credit-risk"
EVALUATED_AT = "2026-11-21T00:00:00Z"
DATA_VERSION = "2023-01-25T08:20:02Z"  # when the source package, modeldata 1.1.0, was published
OPSET = {"": 17, "ai.onnx.ml": 3}
LEAST_AUC = 0.75


@dataclass(frozen=True)
class Package:
    version: str
    fields: list
    estimator: object
    hyperparameters: dict
    notes: str
    complete_rows_only: bool = False
    cut_short: bool = False  # only the first half of model.onnx arrives in the folder


def encode(inputs, features):
    """The same as serving/pre.mjs."""
    matrix = np.empty((len(inputs), len(features["columns"])), dtype=np.float32)
    for row, values in enumerate(inputs):
        for at, column in enumerate(features["columns"]):
            value = values[column["from"]]
            if column["kind"] == "number":
                matrix[row, at] = np.nan if value is None else value
            else:
                matrix[row, at] = value == column["value"]
    return matrix


def decide(score):
    """The same as serving/post.mjs."""
    return "approve" if score < 0.35 else "refer" if score < 0.6 else "decline"


def export_onnx(estimator, features):
    width = len(features["columns"])
    model = to_onnx(
        estimator,
        initial_types=[(features["input"], FloatTensorType([None, width]))],
        name=NAME,
        options={"zipmap": False},
        target_opset=OPSET,
    )
    model = select_model_inputs_outputs(model, "probabilities")
    used = {name for node in model.graph.node for name in node.input}
    for unused in [tensor for tensor in model.graph.initializer if tensor.name not in used]:
        model.graph.initializer.remove(unused)
    # Selecting leaves the output without a type, which the checker refuses.
    model.graph.output[0].CopyFrom(onnx.helper.make_tensor_value_info("probabilities", onnx.TensorProto.FLOAT, [None, 2]))
    opsets = {opset.domain: opset.version for opset in model.opset_import}  # as selected: in any order, some twice
    del model.opset_import[:]
    model.opset_import.extend(onnx.helper.make_opsetid(domain, opsets[domain]) for domain in sorted(opsets))
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def answer(model, matrix):
    """The probability that the loan goes bad, for each row."""
    runner = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return runner.run(["probabilities"], {runner.get_inputs()[0].name: matrix})[0][:, 1]


def git_object_id(path):
    text = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(text) + text).hexdigest()


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_package(package, model, features, datasets, metrics, examples):
    folder = HERE / "packages" / f"{NAME}-{package.version}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for source in sorted(SERVING.iterdir()):
        shutil.copyfile(source, folder / source.name)
    shutil.copyfile(HERE / "requirements.lock", folder / "requirements.lock")
    (folder / "CHANGES.md").write_text(f"# {NAME} {package.version}\n\n{package.notes}\n")
    (folder / "model.onnx").write_bytes(model[: len(model) // 2] if package.cut_short else model)
    (folder / "model.yaml").write_text(manifest(package, datasets))
    write_json(folder / "features.json", features)
    write_json(folder / "evaluation.json", evaluation(package, model, datasets, metrics))
    scores = answer(model, encode(examples, features)).tolist()
    with (folder / "examples.jsonl").open("w") as file:
        for values, score in zip(examples, scores):
            output = {"score": round(score, 6), "decision": decide(score)}
            file.write(json.dumps({"input": values, "output": output, "tolerance": {"score": 0.0001}}) + "\n")


def evaluation(package, model, datasets, metrics):
    return {
        "schemaVersion": 1,
        "createdAt": EVALUATED_AT,
        "model": {"name": NAME, "version": package.version, "weightsDigest": f"sha256:{hashlib.sha256(model).hexdigest()}"},
        "datasets": [{key: one[key] for key in ("name", "sha256", "rows")} for one in datasets if one["role"] == "eval"],
        "metrics": [{"name": name, "value": round(float(value), 4)} for name, value in metrics.items()],
        "thresholds": [{"metric": "auc", "op": ">=", "value": LEAST_AUC}],
        "tool": {"name": "scikit-learn", "version": installed("scikit-learn")},
    }


def manifest(package, datasets):
    previous = "null" if package.version == "1.0.0" else f"{NAME}@1.0.0"
    listed = "\n".join(
        f"  - {{ name: {one['name']}, version: {DATA_VERSION}, sha256: {one['sha256']}, rows: {one['rows']}, role: {one['role']} }}"
        for one in datasets
    )
    hyperparameters = "\n".join(f"    {key}: {json.dumps(value)}" for key, value in package.hyperparameters.items())
    return f"""\
name: {NAME}
version: "{package.version}"
owner: {{ team: risk-ml, contact: risk-ml@example.com }}
runtime: {{ kind: onnx, entry: model.onnx, versions: {{ onnxruntime: "{installed('onnxruntime')}" }} }}
code: {{ load: null, pre: pre.mjs, post: post.mjs }}
schema: {{ input: input.schema.json, output: output.schema.json }}
examples: examples.jsonl
features: features.json
dependencies: requirements.lock
datasets:
{listed}
training:
  commit: {git_object_id(HERE / "train.py")}
  hyperparameters:
{hyperparameters}
evaluation: evaluation.json
resources: {{ cpu: 1, memory: 512Mi, disk: 1Gi, gpu: 0 }}
effects: none
changes: {{ previous: {previous}, notes: CHANGES.md }}
"""
