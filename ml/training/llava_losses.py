"""The losses of the embedded LLaVA's training."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

TEMPERATURE = 0.07
"""Of the contrast between labels, as in CLIP (Radford et al. 2021)."""


class SampledCrossEntropy:
    """Cross-entropy over a vocabulary too large to compute whole at each step.

    The softmax runs over all `known` tokens, among them every target, and a fresh sample of the others, each
    of which stands for as many as were left out: its logit is raised by the log of their number over the
    sample's (sampled softmax, Jean et al. 2015).
    """

    def __init__(self, known: Tensor, vocabulary: int, sample: int) -> None:
        """`known` are token ids, int64 (K,)."""
        self.known = known.unique()
        others = torch.ones(vocabulary, dtype=torch.bool, device=known.device)
        others[self.known] = False
        self._others = others.nonzero()[:, 0]
        self._sample = min(sample, len(self._others))

    def __call__(self, states: Tensor, targets: Tensor, embedding: Tensor) -> tuple[Tensor, Tensor]:
        """The loss, and the tokens that are likeliest, int64 (A,).

        `states` are (A, D), `targets` int64 (A,), `embedding` the output layer's weight (V, D).
        """
        chosen = self._others[torch.randperm(len(self._others), device=self.known.device)[: self._sample]]
        ids = torch.cat([self.known, chosen])
        logits = (states @ embedding[ids].T).float()
        if self._sample:
            logits[:, len(self.known) :] += torch.tensor(len(self._others) / self._sample).log()
        loss = nn.functional.cross_entropy(logits, torch.searchsorted(self.known, targets))
        return loss, ids[logits.argmax(1)]


def word_embeddings(labels: Sequence[str], tokenizer: PreTrainedTokenizerBase, embed: nn.Module) -> Tensor:
    """The mean input embedding of each label's tokens, float32 (labels, D)."""
    ids = [tokenizer.encode(f" {label}", add_special_tokens=False) for label in labels]
    device = embed.weight.device
    return torch.stack([embed(torch.tensor(row, device=device)).float().mean(0) for row in ids])


def alignment_loss(places: Tensor, targets: Tensor, words: Tensor) -> Tensor:
    """How far a photo's projected places (N, P, D) are from the words of its label.

    The mean squared distance of each place to its label's embedding, as a share of the embeddings' own mean
    square, and the cross-entropy of the first place, the whole photo's, against the `words` (labels, D) of
    all labels by cosine. `targets` are int64 (N,).
    """
    distance = (places - words[targets][:, None]).square().mean() / words.square().mean()
    whole = nn.functional.normalize(places[:, 0], dim=-1)
    logits = whole @ nn.functional.normalize(words, dim=-1).T / TEMPERATURE
    return distance + nn.functional.cross_entropy(logits, targets)
