"""The encoder in two parts: lower layers as they come, run once over every text; upper layers, which learn.

Both work on texts without padding between them: a batch is cut into runs of like length.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.embed import MAX_TOKENS
from kb.types import Span

FROZEN = 2
"""Layers, from below, that stay as they are, with the embeddings of word pieces."""

_RUN = 1600  # word pieces, padding included, that pass a layer at once
_HEADS = 12
_DROPOUT = 0.1


class Layers:
    """all-MiniLM-L6-v2's layers (BERT, Devlin et al. 2019). Tensors are torch's, float32."""

    def __init__(self) -> None:
        from ingest.model import base_encoder

        model = base_encoder()
        self.bert: Any = model[0].auto_model
        self._tokenizer: Any = model.tokenizer.backend_tokenizer
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self.lower = list(self.bert.encoder.layer[:FROZEN])
        self.upper = list(self.bert.encoder.layer[FROZEN:])
        for layer in self.lower:
            layer.requires_grad_(False)

    def add(self, changes: Mapping[str, Any]) -> None:
        """Add arrays to the weights that they are named after."""
        import torch

        weights = dict(self.bert.named_parameters())
        with torch.no_grad():
            for name, change in changes.items():
                weights[name] += torch.from_numpy(change)

    def parameters(self) -> list[Any]:
        """What learns: the weights of the upper layers."""
        return [parameter for layer in self.upper for parameter in layer.parameters()]

    def read(self, texts: Sequence[str]) -> tuple[list[Any], list[list[Span]]]:
        """For each text the states after the lower layers, shape (pieces, 384), float16, and the pieces' spans."""
        import torch

        encoded = self._tokenizer.encode_batch(list(texts))
        self.bert.eval()
        states: list[Any] = [None] * len(texts)
        with torch.no_grad():
            for run in _runs([len(one.ids) for one in encoded], 8 * _RUN):
                longest = max(len(encoded[index].ids) for index in run)
                ids = torch.zeros(len(run), longest, dtype=torch.long)
                mask = torch.zeros(len(run), longest, dtype=torch.bool)
                for row, index in enumerate(run):
                    size = len(encoded[index].ids)
                    ids[row, :size], mask[row, :size] = torch.tensor(encoded[index].ids), True
                found = self.bert.embeddings(input_ids=ids)
                for layer in self.lower:
                    found = _through(layer, found, mask)
                for row, index in enumerate(run):
                    states[index] = found[row, : len(encoded[index].ids)].half().clone()
        return states, [list(one.offsets) for one in encoded]

    def finish(self, states: Sequence[Any]) -> list[Any]:
        """The last states, shape (pieces, 384), of texts that `read` read: [CLS] first, [SEP] last."""
        import torch

        last: list[Any] = [None] * len(states)
        for run in _runs([len(one) for one in states], _RUN):
            longest = max(len(states[index]) for index in run)
            found = torch.zeros(len(run), longest, 384)
            mask = torch.zeros(len(run), longest, dtype=torch.bool)
            for row, index in enumerate(run):
                found[row, : len(states[index])], mask[row, : len(states[index])] = states[index].float(), True
            for layer in self.upper:
                found = _through(layer, found, mask)
            for row, index in enumerate(run):
                last[index] = found[row, : len(states[index])]
        return last


def _runs(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Indexes by length, in runs whose padded size is at most `most`, or that hold one text."""
    run: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if run and (len(run) + 1) * lengths[index] > most:
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _through(layer: Any, states: Any, mask: Any) -> Any:
    """The states, shape (texts, pieces, 384), after one layer; `mask` is True where a text has a piece."""
    from torch.nn.functional import dropout, gelu, scaled_dot_product_attention

    texts, pieces, width = states.shape
    own, output = layer.attention.self, layer.attention.output

    def heads(linear: Any) -> Any:
        return linear(states).view(texts, pieces, _HEADS, -1).transpose(1, 2)

    mixed = scaled_dot_product_attention(
        heads(own.query), heads(own.key), heads(own.value), attn_mask=mask[:, None, None, :]
    )
    mixed = output.dense(mixed.transpose(1, 2).reshape(texts, pieces, width))
    states = output.LayerNorm(dropout(mixed, _DROPOUT, layer.training) + states)
    wide = layer.output.dense(gelu(layer.intermediate.dense(states)))
    return layer.output.LayerNorm(dropout(wide, _DROPOUT, layer.training) + states)
