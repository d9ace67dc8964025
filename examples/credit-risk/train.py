"""Fits the four versions of the credit-risk model and writes a package folder for each.

    python train.py

Every number it uses is fixed here, so a rerun with the pinned requirements writes the same bytes.
"""

import csv
import hashlib
import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from pack import Package, answer, encode, export_onnx, write_package

HERE = Path(__file__).parent
DATA = HERE / "data" / "credit_data.csv"
HOLDOUT = HERE / "data" / "holdout.jsonl"
SPLIT_SEED = 42

CATEGORIES = {
    "Home": ["ignore", "other", "owner", "parents", "priv", "rent"],
    "Marital": ["divorced", "married", "separated", "single", "widow"],
    "Records": ["no", "yes"],
    "Job": ["fixed", "freelance", "others", "partime"],
}
FIELDS = ["Seniority", "Home", "Time", "Age", "Marital", "Records", "Job",
          "Expenses", "Income", "Assets", "Debt", "Amount", "Price"]
FEW_FIELDS = ["Seniority", "Home", "Expenses", "Income", "Assets", "Debt", "Amount", "Price"]


@dataclass(frozen=True)
class Row:
    id: str
    input: dict
    label: str
    text: str  # the line as it stands in the CSV

    @property
    def complete(self):
        return None not in self.input.values()


def read_rows():
    lines = DATA.read_text().splitlines()
    rows = []
    for number, (line, record) in enumerate(zip(lines[1:], csv.DictReader(lines)), start=1):
        values = {field: None if record[field] in ("", "NA") else record[field] for field in FIELDS}
        numbers = {field: int(value) for field, value in values.items() if value and field not in CATEGORIES}
        rows.append(Row(f"app-{number:04d}", {**values, **numbers}, record["Status"], line))
    return lines[0], rows


def holdout_text(rows):
    lines = [json.dumps({"id": row.id, "input": row.input, "label": row.label}) for row in rows]
    return "\n".join(lines) + "\n"


def train_text(header, rows):
    return "\n".join([header, *sorted(row.text for row in rows)]) + "\n"


def dataset(name, role, text, rows):
    return {"name": name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "rows": len(rows), "role": role}


def feature_columns(fields):
    columns = []
    for field in fields:
        if field not in CATEGORIES:
            columns.append({"name": field, "from": field, "kind": "number"})
        for value in CATEGORIES.get(field, []):
            columns.append({"name": f"{field}={value}", "from": field, "kind": "category", "value": value})
    return {"input": "features", "columns": columns}


def labels(rows):
    return np.array([row.label == "bad" for row in rows], dtype=int)


def boosting(**parameters):
    return make_pipeline(SimpleImputer(strategy="median"), GradientBoostingClassifier(max_depth=3, subsample=0.8, **parameters))


VERSIONS = [
    Package(
        version="1.0.0",
        fields=FEW_FIELDS,
        estimator=make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(C=1.0, random_state=42)),
        hyperparameters={"model": "logistic regression", "C": 1.0, "imputer": "median", "seed": 42},
        notes="First version: a logistic regression on eight fields. Missing numbers get the training median inside the graph.",
    ),
    Package(
        version="1.1.0",
        fields=FIELDS,
        estimator=boosting(n_estimators=120, learning_rate=0.08, random_state=42),
        hyperparameters={"model": "gradient boosting", "n_estimators": 120, "learning_rate": 0.08, "max_depth": 3,
                         "subsample": 0.8, "imputer": "median", "seed": 42},
        notes="Gradient boosting on all thirteen fields instead of a logistic regression on eight. Imputation is unchanged.",
    ),
    Package(
        version="1.2.0",
        fields=FIELDS,
        estimator=make_pipeline(StandardScaler(), MLPClassifier((16,), alpha=1.0, max_iter=60, random_state=42)),
        hyperparameters={"model": "neural network", "hidden": [16], "activation": "relu", "alpha": 1.0, "epochs": 60, "seed": 42},
        notes="A small neural network on all thirteen fields. Incomplete applications were dropped before fitting and evaluating.",
        complete_rows_only=True,
    ),
    Package(
        version="1.3.0",
        fields=FIELDS,
        estimator=boosting(n_estimators=150, learning_rate=0.06, random_state=7),
        hyperparameters={"model": "gradient boosting", "n_estimators": 150, "learning_rate": 0.06, "max_depth": 3,
                         "subsample": 0.8, "imputer": "median", "seed": 7},
        notes="Gradient boosting on all thirteen fields, fitted again with more and smaller steps and another seed.",
        cut_short=True,
    ),
]


def build(package, header, train, holdout):
    """Fit one version and write its folder. Returns the scores of the whole holdout."""
    suffix = ""
    seen = holdout
    if package.complete_rows_only:
        train, seen = [row for row in train if row.complete], [row for row in holdout if row.complete]
        suffix = "-complete"
    features = feature_columns(package.fields)
    package.estimator.fit(encode([row.input for row in train], features), labels(train))
    model = export_onnx(package.estimator, features)

    scores = answer(model, encode([row.input for row in seen], features))
    metrics = {"auc": roc_auc_score(labels(seen), scores), "accuracy": accuracy_score(labels(seen), scores >= 0.5)}
    datasets = [
        dataset(f"credit-train{suffix}", "train", train_text(header, train), train),
        dataset(f"credit-holdout{suffix}", "eval", holdout_text(seen), seen),
    ]
    examples = [row.input for row in seen if row.complete][:8]
    if not package.complete_rows_only:
        examples[-1] = next(row.input for row in seen if row.input["Income"] is None)
    write_package(package, model, features, datasets, metrics, examples)
    return answer(model, encode([row.input for row in holdout], features))


def report(version, scores, holdout):
    truth = labels(holdout)
    complete = np.array([row.complete for row in holdout])
    missing = np.isnan(scores)
    everything = "no AUC" if missing.any() else f"AUC {roc_auc_score(truth, scores):.4f}"
    some = roc_auc_score(truth[complete], scores[complete])
    print(f"{version}  all rows: {everything}  complete rows: AUC {some:.4f}  NaN scores: {missing.mean():.2%} ({missing.sum()})")


def main():
    header, rows = read_rows()
    train, holdout = train_test_split(rows, test_size=0.3, random_state=SPLIT_SEED, stratify=labels(rows))
    HOLDOUT.write_text(holdout_text(holdout))
    for name, part in (("all", rows), ("train", train), ("holdout", holdout)):
        gaps = sum(not row.complete for row in part)
        print(f"{name}: {len(part)} rows, {gaps} with nulls ({gaps / len(part):.2%}), {labels(part).mean():.2%} bad")
    for package in VERSIONS:
        report(package.version, build(package, header, train, holdout), holdout)


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)  # the network stops after a set number of epochs
    with threadpool_limits(1):  # the order of additions, and so the last bits, can depend on the number of threads
        main()
