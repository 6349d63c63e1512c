"""The versions that are installed, which of them are to answer, and how one is loaded and tried."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from ml import checksums, loading
from ml.errors import NoonError
from ml.versions.card import VersionError
from ml.versions.library import Library, Version
from noon_demo.errors import RequestError
from noon_demo.ml_inference.choices import AS_CONFIGURED, Choice, Choices, Versioned

logger = logging.getLogger(__name__)

PHOTOS = "photos"
"""The folder in the models folder whose photos a new version is tried on, beside the examples that ship."""


class Versions:
    """The versions of the parts of a configuration."""

    def __init__(self, settings: DictConfig) -> None:
        self.folder = models = Path(settings.models).expanduser()
        added = settings.added.folder
        shipped = [added.insights.adapter, added.segmenter.weights, added.recognizer.weights]
        self.library = Library([Path(weights) for weights in shipped], models)
        self.choices = Choices(models)
        self.photos = models / PHOTOS
        self._watched = [Path(folder).expanduser() for folder in settings.watch.split()]
        self._seen: dict[Path, frozenset[tuple[str, int]]] = {}
        self._added = settings.added

    def load(self, part: Versioned, id: str) -> Any:
        """The part with the weights of a version, which have passed the test of `ml.self_test`.

        What is built follows from the part and from where the weights lie, not from what they say of
        themselves. Raises `NoonError`.
        """
        return loading.load(part, self._config(self.library.find(part, id)))

    def use(self, part: Versioned, id: str) -> Choice:
        """Choose an installed version, or what is configured. Raises `VersionError` or `ChoicesError`."""
        if id != AS_CONFIGURED:
            self.library.find(part, id)
        return self.choices.use(part, id)

    def remove(self, part: Versioned, id: str) -> None:
        """Delete a version that was added and is not chosen. Raises `VersionError` or `ChoicesError`."""
        choice = self.choices.read().get(part, Choice())
        if id in (choice.use, choice.newcomer and choice.newcomer.version):
            raise VersionError(f"{id} is in use: choose another {part} first.")
        self.library.remove(part, id)
        if choice.previous == id:
            self.choices.change(part, lambda now: now.model_copy(update={"previous": None}))

    def take_up(self) -> None:
        """Add the finished checkpoints in the watched folders and choose those that are new here."""
        for folder in self._watched:
            for sums in (*folder.glob(checksums.FILE), *folder.glob(f"*/{checksums.FILE}")):
                if (state := _state(sums.parent)) != self._seen.get(sums.parent):
                    self._take_up(sums.parent)
                    self._seen[sums.parent] = state

    def _take_up(self, checkpoint: Path) -> None:
        try:
            known = self.library.versions()
            version = self.library.add(checkpoint)
            if version not in known:
                self.choices.use(version.card.part, version.id)
                logger.info("Taking up %s from a watched folder.", version.id)
        except (NoonError, RequestError) as error:
            logger.warning("%s in a watched folder is left: %s", checkpoint.name, error)

    def _config(self, version: Version) -> DictConfig:
        part = version.card.part
        config: DictConfig
        if version.repo:
            config = self._added.hub[part].copy()
            config.repo_id, config.revision = version.repo, version.commit
        else:
            config = self._added.folder[part].copy()
            config["adapter" if part == "insights" else "weights"] = str(version.folder)
        return config


def _state(folder: Path) -> frozenset[tuple[str, int]]:
    """What changes with the files of a folder: their names and times."""
    with suppress(OSError):  # a file that is just being replaced
        return frozenset((path.name, path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file())
    return frozenset()
