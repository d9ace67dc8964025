"""Makes one model of each kind with the tools people use, below the folder that is given: what `headgate init` must recognise.

sklearn-onnx/     scikit-learn, exported by skl2onnx
sklearn-joblib/   the same model, dumped by joblib
huggingface/      a hub cache: refs, blobs, and snapshots/<commit> of symbolic links (tiny GPT-2: safetensors, tokenizer, config)
mlflow-sklearn/   saved by mlflow.sklearn with a signature
mlflow-onnx/      saved by mlflow.onnx with a signature
"""

import hashlib
import json
import os
import sys
from pathlib import Path

os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import joblib
import mlflow.onnx
import mlflow.sklearn
import numpy as np
from mlflow.models import infer_signature
from safetensors.numpy import save_file
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import GPT2Config, PreTrainedTokenizerFast

ONNX_OPSET = 17


def train():
    features, species = load_iris(return_X_y=True)
    features = features.astype(np.float32)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500, random_state=42))
    return model.fit(features, species), features, species


def requirements(folder, *names):
    from importlib.metadata import version

    lines = [f"{name}=={version(name)}" for name in names]
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n")


def as_onnx(model, features):
    return to_onnx(model, features[:1], target_opset=ONNX_OPSET, options={"zipmap": False})


def sklearn_onnx(root, model, features):
    folder = root / "sklearn-onnx"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(as_onnx(model, features).SerializeToString())


def sklearn_joblib(root, model):
    folder = root / "sklearn-joblib"
    folder.mkdir()
    joblib.dump(model, folder / "model.joblib")
    requirements(folder, "scikit-learn", "joblib", "numpy")


def huggingface(root):
    made = root / "made"
    made.mkdir()
    config = GPT2Config(vocab_size=512, n_positions=64, n_embd=16, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0)
    config.architectures = ["GPT2LMHeadModel"]
    config.save_pretrained(made)
    trainer = trainers.BpeTrainer(vocab_size=512, special_tokens=["<|endoftext|>"])
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator([f"row {n} of the credit register" for n in range(500)], trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>", bos_token="<|endoftext|>")
    fast.chat_template = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    fast.save_pretrained(made)
    save_file(gpt2_weights(config), made / "model.safetensors", metadata={"format": "pt"})
    (made / "README.md").write_text("---\nlicense: mit\nlanguage: en\npipeline_tag: text-generation\n---\n# tiny-register\n")
    as_hub_cache(made, root / "huggingface")


def gpt2_weights(config):
    random = np.random.default_rng(42)
    width, inner = config.n_embd, 4 * config.n_embd
    shapes = {"wte.weight": (config.vocab_size, width), "wpe.weight": (config.n_positions, width)}
    for layer in range(config.n_layer):
        block = {
            "ln_1.weight": (width,),
            "ln_1.bias": (width,),
            "attn.c_attn.weight": (width, 3 * width),
            "attn.c_attn.bias": (3 * width,),
            "attn.c_proj.weight": (width, width),
            "attn.c_proj.bias": (width,),
            "ln_2.weight": (width,),
            "ln_2.bias": (width,),
            "mlp.c_fc.weight": (width, inner),
            "mlp.c_fc.bias": (inner,),
            "mlp.c_proj.weight": (inner, width),
            "mlp.c_proj.bias": (width,),
        }
        shapes.update({f"h.{layer}.{name}": shape for name, shape in block.items()})
    shapes.update({"ln_f.weight": (width,), "ln_f.bias": (width,)})
    return {name: (0.02 * random.standard_normal(shape)).astype(np.float32) for name, shape in shapes.items()}


def as_hub_cache(made, cache):
    """Lays files out as the hub's client does: contents in blobs/, names in snapshots/<commit>/ as links to them."""
    commit = hashlib.sha1(b"tiny-register").hexdigest()
    snapshot = cache / "snapshots" / commit
    for folder in (cache / "blobs", cache / "refs", snapshot):
        folder.mkdir(parents=True)
    (cache / "refs" / "main").write_text(commit)
    for file in sorted(made.iterdir()):
        blob = hashlib.sha256(file.read_bytes()).hexdigest()
        file.rename(cache / "blobs" / blob)
        (snapshot / file.name).symlink_to(Path("../../blobs") / blob)
    made.rmdir()


def mlflow_models(root, model, features):
    signature = infer_signature(features, model.predict(features))
    mlflow.sklearn.save_model(
        model, root / "mlflow-sklearn", signature=signature, input_example=features[:2], serialization_format="pickle"
    )
    proba = model.predict_proba(features).astype(np.float32)
    graph = as_onnx(model, features)
    names = [output.name for output in graph.graph.output]
    signature = infer_signature({"X": features}, {names[0]: model.predict(features), names[1]: proba})
    mlflow.onnx.save_model(graph, root / "mlflow-onnx", signature=signature)


def main():
    root = Path(sys.argv[1])
    root.mkdir(parents=True, exist_ok=True)
    model, features, _ = train()
    sklearn_onnx(root, model, features)
    sklearn_joblib(root, model)
    huggingface(root)
    mlflow_models(root, model, features)
    answers = model.predict_proba(features[:3]).tolist()
    print(json.dumps({"features": features[:3].tolist(), "probabilities": answers}))


main()
