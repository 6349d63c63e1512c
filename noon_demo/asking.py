"""Asking on about a meal as a person has corrected it; what is said may correct it further."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from noon_demo import corrections
from noon_demo.edits import Edit, Edits
from noon_demo.errors import RequestError
from noon_demo.ml_inference import AnalysisResult, Models, PhotoAnalysis
from noon_demo.photos import images
from noon_demo.schemas import AnalysisResponse

History = Sequence[tuple[str, str]]


def spoken(
    models: Models, result: AnalysisResponse, message: str
) -> tuple[AnalysisResponse, list[Edit]] | None:
    """The result as a message in words corrects it, its insight saying so, and the edits made.

    What can't be done is said there too. None if the message corrects nothing.
    """
    said = models.read_correction(message, corrections.read(models, result).facts)
    if said is None:
        return None
    if not said.edits:
        return result.saying(f"{said.said}."), []
    edits = Edits.validate_python(list(said.edits))
    try:
        corrected = corrections.recalculate(models, result, edits)
    except RequestError as error:
        return result.saying(str(error)), []
    changed = f"{said.said[0].upper()}{said.said[1:]}."
    return corrected.model_copy(update={"insights": f"{changed} {corrected.insights}"}), edits


def answer(
    models: Models,
    result: AnalysisResponse,
    question: str,
    *,
    image: images.Image | None,
    history: History,
    write: Callable[[AnalysisResult], Iterator[AnalysisResult]],
) -> Iterator[AnalysisResponse]:
    """Yield the result with more and more of an answer, which `write` gives.

    `image` is the photo, HxWx3 uint8 RGB; without it the part that comes with Noon answers, which needs none.
    """
    facts = corrections.read(models, result).facts
    if image is None:
        yield result.saying(models.describe(facts, question, history))
        return
    photo = PhotoAnalysis(
        image=image,
        facts=facts,
        models=result.models,
        timings_ms=result.timings_ms,
        warnings=(),
    )
    asked = AnalysisResult(photo, "hybrid", question)
    for written in write(asked):
        said = result.saying(written.insights, written.insights_source, written.insights_version)
        yield said.model_copy(update={"warnings": [*facts.warnings, *written.warnings]})
