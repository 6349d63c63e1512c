"""Training the recognizer: it learns, it resumes, and what it writes is what the app loads."""

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch
from hydra import compose, initialize_config_dir

import ml.training
from ml.data.crops import Crop, labels
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.prototypes import PROTOTYPES_FILE
from ml.recognition.weights import RecognizerConfig, build_network, read_weights, write_recognizer
from ml.training.augment import augment, hide_surroundings
from ml.training.average import average
from ml.training.crop_stream import CropStream, sampling_weights
from ml.training.loop import learning_rate
from ml.training.network import load_imagenet, load_recognizer
from ml.training.recognizer import RecognizerTraining, label_shares, size_at
from ml.types import NOT_FOOD, UNKNOWN_FOOD
from ml.versions.library import Library
from tests.photo_sets import make_photo_sets


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    return make_photo_sets(tmp_path_factory.mktemp("sets"))


@pytest.fixture
def config(sets, tmp_path):
    settings = ["batch_size=16", "workers=0", "threads=1", "device=cpu", "phases=[{size: 64, share: 1}]"]
    with initialize_config_dir(str(Path(ml.training.__file__).parent / "conf"), version_base=None):
        return compose("recognizer", [f"data={sets}", f"output={tmp_path / 'run'}", *settings])


def batch(config, n):
    training = RecognizerTraining(config)
    unknown_share = config.unknown_share
    stream = iter(CropStream(training.crops, labels(), size=64, seed=(0, 0), unknown_share=unknown_share))
    images, targets = zip(*(next(stream) for _ in range(n)), strict=True)
    return training, torch.from_numpy(np.stack(images)), torch.tensor(targets)


def test_the_loss_falls_on_a_batch_seen_again(config):
    training, images, targets = batch(config, 16)
    losses = [training.step(images, targets) for _ in range(6)]
    assert losses[-1] < losses[0] - 0.5


def test_a_food_without_a_label_is_learnt_as_any_of_the_foods_alike():
    shares = label_shares(torch.tensor([1, 2, 3]), 3)
    assert shares.tolist() == [[0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]]
    mixed = label_shares(torch.tensor([[0.0, 0.4, 0.0, 0.6]]), 3)
    torch.testing.assert_close(mixed, torch.tensor([[0.3, 0.7, 0.0]]))


def test_photos_of_foods_without_a_label_are_drawn_as_often_as_asked_for(config, tmp_path):
    folder = tmp_path / "titled"
    folder.mkdir()
    rows = [f"their cook,gulab jamun.jpg,{i}.png" for i in range(8)]
    (folder / "photos.csv").write_text("\n".join(["source,title,file", *rows]))
    for i in range(8):
        PIL.Image.new("RGB", (90, 90), (120, 60, 10 * i)).save(folder / f"{i}.png")
    config.titled, config.unknown_share = str(folder), 0.5
    training, images, targets = batch(config, 64)
    assert 20 < (targets == len(labels())).sum() < 44
    assert np.isfinite(training.step(images, targets))


def test_frozen_blocks_stay_as_they_are(config):
    training, images, targets = batch(config, 8)
    before = {name: value.clone() for name, value in training.network.state_dict().items()}
    training.step(images, targets)
    after = training.network.state_dict()
    changed = {".".join(name.split(".")[:2]) for name in after if not after[name].equal(before[name])}
    assert changed.isdisjoint({"conv_stem.weight", "bn1.weight", "bn1.running_mean", "blocks.0", "blocks.1"})
    assert {"blocks.2", "blocks.6", "classifier.weight"} <= changed


def test_a_run_resumes_and_its_weights_are_a_version_to_serve(config, tmp_path):
    config.minutes = 1e-6
    first = RecognizerTraining(config)
    first.run()
    assert first.state.iteration == 1
    second = RecognizerTraining(config)
    assert second.state == first.state
    for name, value in first.average.state_dict().items():
        assert second.average.state_dict()[name].equal(value)
    second.run()
    assert second.state.iteration == 1

    output = Path(config.output)
    assert (output / "log.csv").read_text().startswith("iteration,minutes")
    assert (output / "log.png").stat().st_size > 0
    recognizer = EmbeddedRecognizer(output, device="cpu")
    added = Library([], tmp_path / "models").add(output)
    assert added.id == recognizer.version
    assert (added.folder / "config.json").is_file()
    assert not (added.folder / "log.csv").exists()
    assert recognizer.config.labels == labels()
    crop = np.full((50, 70, 3), 128, np.uint8)
    with torch.inference_mode():
        expected = second.average.module(torch.zeros(1, 3, 64, 64) + (128 / 127.5 - 1))
    assert torch.allclose(recognizer.logits(recognizer.features([crop])), expected, atol=0.02)


def test_a_run_that_begins_anew_leaves_nothing_of_the_one_before(config):
    config.minutes = 1e-6
    RecognizerTraining(config).run()
    taught = Path(config.output) / PROTOTYPES_FILE
    taught.write_bytes(b"of the features of the weights before")
    config.resume = False
    RecognizerTraining(config).run()
    log = (Path(config.output) / "log.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in log] == ["iteration", "1"]
    assert not taught.exists()


def test_averaged_weights_lie_between_those_of_the_two_and_are_served(tmp_path):
    folders = [tmp_path / name for name in ("first", "second")]
    for seed, folder in enumerate(folders):
        torch.manual_seed(seed)
        folder.mkdir()
        config = RecognizerConfig("tf_efficientnet_lite0", 64, labels(), detail=48)
        write_recognizer(folder, config, build_network("tf_efficientnet_lite0", len(labels())))
    average(folders, tmp_path / "mean")
    first, second, mean = (
        read_weights(folder)["classifier.weight"] for folder in (*folders, tmp_path / "mean")
    )
    assert not torch.allclose(first, second, atol=1e-2)
    torch.testing.assert_close(mean, (first + second) / 2, atol=1e-3, rtol=0)
    config = EmbeddedRecognizer(tmp_path / "mean", device="cpu").config
    assert (config.labels, config.input_size, config.detail) == (labels(), 64, 48)

    network = build_network("tf_efficientnet_lite0", 1)
    write_recognizer(folders[0], RecognizerConfig("tf_efficientnet_lite0", 64, (labels()[3],)), network)
    average(folders, tmp_path / "mean", shares=(1, 3))
    mean = read_weights(tmp_path / "mean")["classifier.weight"]
    expected = second.float()  # what the other does not know is as this one knows it
    expected[3] = network.get_classifier().weight.detach()[0] / 4 + expected[3] * 3 / 4
    torch.testing.assert_close(mean.float(), expected, atol=1e-3, rtol=0)


def test_the_rate_rises_then_falls_to_zero():
    assert learning_rate(0.0, 0.1) == 0
    assert learning_rate(0.05, 0.1) == pytest.approx(0.5)
    assert learning_rate(0.1, 0.1) == pytest.approx(1)
    assert learning_rate(0.55, 0.1) == pytest.approx(0.5)
    assert learning_rate(1.0, 0.1) == pytest.approx(0)


def test_phases_follow_each_other(config):
    config.phases = [{"size": 96, "share": 0.5}, {"size": 128, "share": 0.5}]
    assert [size_at(p, config.phases) for p in (0, 0.49, 0.5, 1.0)] == [96, 96, 128, 128]


def test_a_recognizer_goes_on_with_more_labels(tmp_path):
    known = build_network("tf_efficientnet_lite0", 2)
    write_recognizer(tmp_path, RecognizerConfig("tf_efficientnet_lite0", 64, ("egg", "pizza")), known)
    network = build_network("tf_efficientnet_lite0", 3)
    load_recognizer(network, tmp_path, ("egg", "honey", "pizza"))
    image = torch.zeros(1, 3, 64, 64)
    with torch.inference_mode():
        new, old = network.eval()(image)[0], known.eval()(image)[0]
    assert torch.allclose(new[[0, 2]], old, atol=0.02)
    assert new[1] == pytest.approx(old.mean().item(), abs=0.02)


def test_a_share_of_imagenet_is_mixed_into_all_but_the_classifier():
    network, imagenet = (build_network("tf_efficientnet_lite2", 3) for _ in range(2))
    load_imagenet(imagenet)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    load_imagenet(network, 0.25)
    stem, classifier = "conv_stem.weight", "classifier.weight"
    mixed = 0.75 * before[stem] + 0.25 * imagenet.state_dict()[stem]
    torch.testing.assert_close(network.state_dict()[stem], mixed)
    assert network.state_dict()[classifier].equal(before[classifier])


def test_rare_foods_and_every_source_are_seen():
    crops = [Crop("food101", "pizza", Path())] * 100 + [Crop("grocery", "kiwi", Path())] * 4
    crops += [Crop("ecustfd", NOT_FOOD, Path())] * 50 + [Crop("pictures", NOT_FOOD, Path())] * 5
    crops += [Crop("someone", UNKNOWN_FOOD, Path())] * 7
    weights = sampling_weights(crops, 0.2, 0.1)
    assert weights.sum() == pytest.approx(1)
    assert weights[:100].sum() / weights[100:104].sum() == pytest.approx(5)
    assert weights[104:159].sum() == pytest.approx(0.2)
    assert weights[104:154].sum() / weights[154:159].sum() == pytest.approx(10**0.5)
    assert weights[159:].sum() == pytest.approx(0.1)


def test_many_small_sources_leave_the_sets_their_share():
    crops = [Crop("grocery", "kiwi", Path())] * 100
    crops += [Crop(f"source {i}", "kiwi", Path()) for i in range(100)]
    crops += [Crop("source 0", "soup", Path()), Crop("ecustfd", NOT_FOOD, Path())]
    weights = sampling_weights(crops, 0.1, 0.0)
    assert weights[:100].sum() / weights[:200].sum() == pytest.approx(0.3)


def test_augmented_crops_have_the_size_asked_for_and_keep_the_middle():
    rng = np.random.default_rng(0)
    image = np.full((150, 90, 3), (200, 60, 60), np.uint8)
    for _ in range(20):
        view = augment(image, rng, 48)
        assert view.shape == (48, 48, 3)
        assert view.dtype == np.uint8
    hidden = hide_surroundings(image, rng)
    assert (hidden[75, 45] == (200, 60, 60)).all()
    assert (hidden[0, 0] != (200, 60, 60)).any()
