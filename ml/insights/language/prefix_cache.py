"""Keys and values of the photos talked about last, so that a follow-up question computes only what is new."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
from transformers import Cache, DynamicLayer

from ml.types import Image


@dataclass
class Prefix:
    """A conversation about a photo as far as it was computed.

    `cache` holds keys and values of `token_ids`, of which `image_tokens` stand for the photo.
    """

    image_tokens: int
    cache: Cache
    token_ids: list[int] = field(default_factory=list)

    @classmethod
    def empty(cls, image_tokens: int, layers: int) -> Prefix:
        """Nothing computed yet, for a model of that many layers.

        Layers of sliding attention keep all too: only so can they go back to where two questions part.
        """
        return cls(image_tokens, Cache([DynamicLayer() for _ in range(layers)]))

    def common_length(self, token_ids: list[int]) -> int:
        """How many of the first tokens are the same; always less than all, as one must be left to compute."""
        most = min(len(self.token_ids), len(token_ids) - 1)
        return next((n for n in range(most) if self.token_ids[n] != token_ids[n]), most)

    def crop(self, length: int) -> None:
        """Forget all but the first `length` tokens, in layers that were left half-way too."""
        for layer in self.cache.layers:
            layer.crop(min(0, length - layer.get_seq_length()))
        self.token_ids = self.token_ids[:length]

    @property
    def computed_length(self) -> int:
        """How many tokens every layer holds."""
        return min((layer.get_seq_length() for layer in self.cache.layers), default=0)


class PrefixCache:
    """The `size` photos used last; not thread-safe."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._prefixes: OrderedDict[str, Prefix] = OrderedDict()

    def take(self, key: str) -> Prefix | None:
        """The photo's prefix, removed; `put` it back after use."""
        return self._prefixes.pop(key, None)

    def put(self, key: str, prefix: Prefix) -> None:
        """Keep a prefix as the one used last."""
        self._prefixes[key] = prefix
        while len(self._prefixes) > self._size:
            self._prefixes.popitem(last=False)

    def clear(self) -> None:
        """Free the memory of all."""
        self._prefixes.clear()


def photo_key(image: Image) -> str:
    """A key that only the same photo (uint8 HxWx3) has."""
    digest = sha256(repr(image.shape).encode())
    digest.update(np.ascontiguousarray(image).data)
    return digest.hexdigest()
