"""Fits every estimator of scikit-learn that fits some small data and dumps it: pickles of protocols 0, 2 and 5, joblib plain and packed."""

import pathlib
import pickle
import sys
import warnings

import joblib
import numpy
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
rows, labels = make_classification(60, 6, random_state=0)
positive = numpy.abs(rows)
texts = ["red green blue", "green blue yellow", "black white red"] * 20
DATA = (
    (rows, labels),
    (positive, labels),
    (rows, rows[:, 0]),
    (positive, positive[:, 0]),
    (rows, rows[:, :2]),
    (rows, (rows[:, :2] > 0).astype(int)),
    (rows[:, :1], rows[:, 0]),
    (texts,),
    ([{"a": 1, "b": 2}] * 5,),
    (labels,),
    ([["x"], ["y"]] * 30,),
)
CLASSIFIERS = [("a", LogisticRegression()), ("b", DecisionTreeClassifier())]
REGRESSORS = [("a", Ridge()), ("b", DecisionTreeRegressor())]
ARGUMENTS = (
    {},
    {"estimator": LogisticRegression()},
    {"estimator": Ridge()},
    {"estimators": CLASSIFIERS},
    {"estimators": REGRESSORS},
    {"transformers": [("s", StandardScaler(), [0, 1])]},
    {"steps": [("s", StandardScaler()), ("m", LogisticRegression())]},
    {"transformer_list": [("s", StandardScaler())]},
    {"estimator": LogisticRegression(), "param_grid": {"C": [0.1, 1]}},
    {"estimator": LogisticRegression(), "param_distributions": {"C": [0.1, 1, 3]}, "n_iter": 2},
    {"dictionary": numpy.eye(6)},
)


def fitted(kind):
    for arguments in ARGUMENTS:
        try:
            model = kind(**arguments)
        except Exception:
            continue
        for data in DATA:
            try:
                return model.fit(*data)
            except Exception:
                continue
    return None


for name, kind in all_estimators():
    model = fitted(kind)
    if model is None:
        continue
    for protocol in (0, 2, 5):
        (folder / f"{name}.{protocol}.pkl").write_bytes(pickle.dumps(model, protocol))
    joblib.dump(model, folder / f"{name}.joblib")
    joblib.dump(model, folder / f"{name}.zlib.joblib", compress=3)
