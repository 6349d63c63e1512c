"""Versions of the models are exchanged while people use them, and taken back."""

import gc
import json
import weakref

import pytest

from ml import checksums
from ml.versions.card import version_of
from noon_demo import config
from noon_demo.ml_inference import Models, Versions
from noon_demo.ml_inference.choices import ChoicesError
from noon_demo.photos import images
from noon_demo.service import AnalysisService
from tests.checkpoints import RECITAL
from tests.conftest import ROOT
from tests.photos import MEALS
from tests.weights import computes_nonsense, copy_version, sees_no_food

MEAL = MEALS / "fruit.jpg"
SHIPPED = version_of(ROOT / "assets/recognizer")


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Versions of the recognizer to add, and one of the segmenter."""
    folder = tmp_path_factory.mktemp("weights")
    copy_version("recognizer", "better", folder)
    copy_version("recognizer", "blind", folder, sees_no_food)
    copy_version("recognizer", "broken", folder, computes_nonsense)
    copy_version("segmenter", "sharper", folder)
    odd = copy_version("recognizer", "odd", folder)
    settings = json.loads((odd / "config.json").read_text())
    settings["thresholds"]["variety"] = None
    (odd / "config.json").write_text(json.dumps(settings))
    checksums.write(odd)
    return folder


@pytest.fixture(scope="module")
def models(weights, tmp_path_factory):
    """What a server has loaded; all of the versions are added."""
    folder = tmp_path_factory.mktemp("models")
    models = Models(config.load(["profile=embedded", f"models={folder}"]))
    models.load()
    for version in weights.iterdir():
        models.versions.library.add(version)
    return models


@pytest.fixture
def service(models):
    yield AnalysisService(models, 2**28)
    for part in ("segmenter", "recognizer"):
        models.versions.use(part, "")
    models.renewal.renew()


def choose(models, part, id):
    models.versions.use(part, id)
    models.renewal.renew()


def versions(service):
    return service.analyze(MEAL, mode="ml_only").photo.versions


def status(models, part):
    return next(status for status in models.statuses() if status.part == part)


def test_a_new_version_takes_over_and_is_taken_back_in_one_step(service, models):
    assert versions(service) == {"segmenter": version_of(ROOT / "assets/segmenter"), "recognizer": SHIPPED}
    for part, id in (("recognizer", "better"), ("segmenter", "sharper")):
        choose(models, part, id)
        assert status(models, part).version == versions(service)[part] == id
        assert status(models, part).message == ""
    models.versions.choices.rollback("recognizer")
    models.renewal.renew()
    assert versions(service) == {"segmenter": "sharper", "recognizer": SHIPPED}


def test_what_answered_before_is_freed_once_the_last_request_has_ended(service, models):
    choose(models, "recognizer", "better")
    running = models.detectors.get()
    old = weakref.ref(running.recognizer)
    versions(service)  # remembers embeddings too
    choose(models, "recognizer", SHIPPED)
    assert versions(service)["recognizer"] == SHIPPED
    assert running.detect(images.load(MEAL)).versions["recognizer"] == "better"
    assert old() is not None
    detector = weakref.ref(running)
    del running
    gc.collect()
    assert old() is None
    assert detector() is None


@pytest.mark.parametrize(
    ("id", "why"),
    [
        ("blind", "It finds food in 0 of 4 photos of meals."),
        ("broken", "On an example it gave"),
        ("odd", "Trying it on photos of meals ended in TypeError:"),
    ],
)
def test_a_version_that_fails_its_test_never_answers(id, why, service, models):
    choose(models, "recognizer", id)
    told = status(models, "recognizer")
    assert told.version == versions(service)["recognizer"] == SHIPPED
    assert told.message.startswith(f"{id} does not answer. {why}")
    assert told.message.endswith("Until another is chosen the part that comes with Noon answers.")


def test_a_version_is_tried_on_photos_of_ones_own_too(service, models):
    models.versions.photos.mkdir()
    (models.versions.photos / "mine.jpg").write_bytes(b"no photo")
    choose(models, "recognizer", "better")
    assert "mine.jpg to try it on can't be read" in status(models, "recognizer").message
    (models.versions.photos / "mine.jpg").write_bytes(MEAL.read_bytes())
    choose(models, "recognizer", "")
    choose(models, "recognizer", "better")
    assert status(models, "recognizer").version == "better"


def test_the_choice_is_kept_over_restarts(service, models):
    models.versions.use("recognizer", "better")
    again = Models(models.settings)
    again.load()
    assert status(again, "recognizer").version == "better"
    models.versions.use("recognizer", "broken")
    again = Models(models.settings)
    again.load()
    assert status(again, "recognizer").version == SHIPPED
    assert status(again, "recognizer").message.startswith("broken does not answer.")


def test_choices_that_cannot_be_read_leave_everything_as_it_is(service, models):
    path = models.versions.choices._path
    kept = path.read_bytes()
    path.write_text("{")
    models.renewal.renew()
    assert versions(service)["recognizer"] == SHIPPED
    with pytest.raises(ChoicesError, match="mend it, or delete it"):
        models.versions.use("recognizer", SHIPPED)
    path.write_bytes(kept)


def test_a_checkpoint_in_a_watched_folder_is_chosen_once(weights, tmp_path):
    settings = config.load([f"models={tmp_path / 'models'}", f"watch={weights}"])
    versions = Versions(settings)
    versions.take_up()
    assert versions.choices.read()["segmenter"].use == "sharper"
    versions.choices.rollback("segmenter")
    versions.take_up()
    Versions(settings).take_up()
    assert versions.choices.read()["segmenter"].use == ""


def test_a_language_model_is_exchanged_too(tmp_path):
    builder = "added.folder.insights._target_=tests.reciting_llava.load"
    models = Models(config.load(["profile=embedded", f"models={tmp_path}", builder]))
    models.versions.use("insights", version_of(ROOT / "assets/llava_embedded"))
    models.load()
    assert status(models, "insights").message == ""
    assert AnalysisService(models, 0).analyze(MEAL).insights == RECITAL
    choose(models, "insights", "builtin")
    assert AnalysisService(models, 0).analyze(MEAL).versions["insights"] == "builtin"
