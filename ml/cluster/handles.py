"""The parts that a cluster holds, as the rest of Noon knows parts: each method asks one of the replicas.

All that is asked may be asked again, so a replica that ends in the middle is no error: another one answers.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import ray
import torch
from numpy.typing import NDArray
from ray import ObjectRef, serve
from ray.exceptions import RayError, RayTaskError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentResponse
from torch import Tensor

from ml.cluster.serving import connect
from ml.errors import NoonError
from ml.insights.base import Request
from ml.insights.errors import InsightsError
from ml.insights.language.food_list import FoodList
from ml.insights.language.queued import Received, pieces
from ml.recognition.base import Recognition
from ml.recognition.naming import NamingThresholds
from ml.recognition.prototypes import FeatureSpace
from ml.segmentation.base import Embedding, MaskCandidates, Prompts
from ml.types import Image

logger = logging.getLogger(__name__)

PAUSES_S = (0.0, 0.1, 0.5, 2.0, 5.0)
"""Before each try."""
ANSWER_S = 120.0
"""How long all tries may take together, the time in which Ray starts replicas included."""
POLL_S = 0.25
"""How often it is looked whether an answer is still wanted."""


class ClusterError(InsightsError):
    """No replica could answer."""


class StoppedError(InsightsError):
    """Nobody waits for the answer any more."""


class Remote:
    """The `deployment` of the cluster at an `address`, or of that on this machine.

    Where it is said what class the part `runs`, and with which `settings`, that is another version than the
    deployment's own, which the replicas load when they are first asked for it.

    Raises:
        NoonError: the part's own errors, and `ClusterError` where no replica answers.
    """

    deployment: ClassVar[str]

    def __init__(self, address: str | None = None, runs: str | None = None, **settings: Any) -> None:
        connect(address)
        try:
            self._handle = serve.get_app_handle(self.deployment)
        except RayServeException:
            raise ClusterError(f"The cluster has no {self.deployment}: start noon cluster.") from None
        if runs:
            version = json.dumps({"_target_": runs, **settings}, sort_keys=True)
            self._handle = self._handle.options(multiplexed_model_id=version)

    def ask(self, method: str, *args: Any, stop: threading.Event | None = None) -> Any:
        """What a method of one of the replicas returns. Setting `stop` ends that early."""
        until = time.monotonic() + ANSWER_S
        for pause_s in PAUSES_S:
            time.sleep(pause_s)
            with self._passing_over_failures():
                response = getattr(self._handle, method).remote(*args)
                return self._result(response, until, stop or threading.Event())
        raise self._no_answer()

    def stream(self, method: str, *args: Any, stop: threading.Event) -> Generator[str, None, None]:
        """The text that a method of one of the replicas yields, until `stop` is set.

        Should that one end, another writes anew, and what is the same is left out.
        """
        told = ""
        for pause_s in PAUSES_S:
            time.sleep(pause_s)
            with self._passing_over_failures(), closing(self._listen(method, *args)) as received:
                text = ""
                for piece in received:
                    if stop.is_set():
                        return
                    text += piece
                    if not (text.startswith(told) or told.startswith(text)):
                        raise ClusterError(f"One of the {self.deployment} replicas ended: please ask again.")
                    new, told = text[len(told) :], max(told, text, key=len)
                    yield new
                return
        raise self._no_answer()

    def _listen(self, method: str, *args: Any) -> Generator[str, None, None]:
        """What one of the replicas yields, and "" now and then while it is silent or none is free."""
        response = getattr(self._handle.options(stream=True), method).remote(*args)
        received = Received()

        def listen() -> None:
            try:
                for piece in response:
                    received.put(piece)
                received.put(None)
            except Exception as error:  # noqa: BLE001 - raised again below
                received.put(error)

        threading.Thread(target=listen, daemon=True).start()
        try:
            for piece in pieces(received):
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            response.cancel()

    @staticmethod
    def _result(response: DeploymentResponse[Any], until: float, stop: threading.Event) -> Any:
        while True:
            try:
                return response.result(timeout_s=POLL_S)
            except TimeoutError:
                if stop.is_set():
                    response.cancel()
                    raise StoppedError("The request was stopped.") from None
                if time.monotonic() > until:
                    response.cancel()
                    raise

    @contextmanager
    def _passing_over_failures(self) -> Iterator[None]:
        """Lets pass what another replica may do better, but for the part's own errors."""
        try:
            yield
        except (RayError, RayServeException, TimeoutError) as error:
            cause = error.cause if isinstance(error, RayTaskError) else error
            if isinstance(cause, NoonError):
                raise cause from None
            logger.warning("A replica of the %s ended in %s.", self.deployment, type(cause).__name__)

    def _no_answer(self) -> ClusterError:
        return ClusterError(f"No {self.deployment} of the cluster answers: please try again in a minute.")


@dataclass(frozen=True, eq=False)
class SharedEmbedding(Embedding):
    """An embedding whose features lie in Ray's object store, for any replica to read."""

    shared: ObjectRef
    food: NDArray[np.float32]


class ClusterSegmenter(Remote):
    """A `FoodLocator`: the segmenter of a cluster, which says where food is with each embedding."""

    deployment = "segmenter"

    def __init__(self, address: str | None = None, **version: Any) -> None:
        super().__init__(address, **version)
        about = self.ask("describe", "name", "version", "device")
        self.name: str = about["name"]
        self.version: str = about["version"]
        self.device: torch.device = about["device"]

    def embed(self, image: Image) -> SharedEmbedding:
        """Features of `image`, HxWx3 uint8 RGB."""
        features, food = self.ask("embed", image)
        return SharedEmbedding((), image.shape[:2], ray.put(features), food)

    def predict(self, embedding: SharedEmbedding, prompts: Prompts) -> MaskCandidates:
        """Candidate masks for every prompt."""
        candidates: MaskCandidates = self.ask("predict", embedding.shared, embedding.image_size, prompts)
        return candidates

    def food_probability(self, embedding: SharedEmbedding) -> NDArray[np.float32]:
        """How likely each place shows food: float32 (h, w) in 0..1."""
        return embedding.food


class ClusterRecognizer(Remote):
    """The recognizer of a cluster."""

    deployment = "recognizer"

    def __init__(self, address: str | None = None, **version: Any) -> None:
        super().__init__(address, **version)
        about = self.ask("describe", "name", "version", "thresholds", "space", "key")
        self.name: str = about["name"]
        self.version: str = about["version"]
        self.thresholds: NamingThresholds = about["thresholds"]
        self.space: FeatureSpace | None = about["space"]
        self.key: str | None = about["key"]

    def classify(self, crops: Sequence[Image]) -> list[Recognition]:
        """What is in each crop (HxWx3 uint8 RGB, any size)."""
        seen: list[Recognition] = self.ask("classify", list(crops)) if crops else []
        return seen

    def features(self, crops: Sequence[Image]) -> Tensor:
        """See `EmbeddedRecognizer.features`."""
        return torch.tensor(self.ask("features", list(crops)))


class ClusterInsights(Remote):
    """The language model of a cluster."""

    deployment = "insights"

    def __init__(self, address: str | None = None, **version: Any) -> None:
        super().__init__(address, **version)
        about = self.ask("describe", "name", "version", "answers_on_diets")
        self.name: str = about["name"]
        self.version: str = about["version"]
        self.answers_on_diets: bool = about["answers_on_diets"]

    def answer(self, request: Request) -> Generator[str, None, None]:
        """See `Insights.answer`."""
        asked = (request.image, request.question, request.facts, tuple(request.history))
        return self.stream("answer", *asked, stop=request.stop)

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """See `FoodLister.list_foods`."""
        foods: FoodList = self.ask("list_foods", image, stop=stop)
        return foods
