"""Training the segmenter: it learns, it resumes, and what it writes is what the app loads."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest
import torch
from hydra import compose, initialize_config_dir
from torch.utils.data import DataLoader

import ml.training
from ml.data.scenes.maker import SceneMaker
from ml.segmentation.base import Prompts
from ml.segmentation.embedded import EmbeddedSegmenter
from ml.segmentation.food_head import FoodHead
from ml.training.average import average
from ml.training.prompt_rounds import PromptRounds, error_clicks
from ml.training.scene_stream import Sampling, SceneStream
from ml.training.segmenter import SegmenterTraining, read_ingredients
from ml.training.segmenter_losses import food_loss, prompt_loss
from ml.training.segmenter_network import SegmenterWithFoodHead
from tests.photo_sets import make_photo_sets
from tests.tiny_edgetam import SIDE, tiny_edgetam


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Random weights of a tiny segmenter, without a food head's."""
    folder = tmp_path_factory.mktemp("start")
    SegmenterWithFoodHead(tiny_edgetam(mask_decoder_config={"mlp_dim": 64}), FoodHead()).save(folder)
    (folder / "food_head.safetensors").unlink()
    return folder


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Photo sets in which every apple is a red disc that GrabCut finds."""
    root = make_photo_sets(tmp_path_factory.mktemp("sets"))
    for path in (root / "ecustfd" / "images").iterdir():
        photo = np.random.default_rng(0).normal(170, 5, (360, 480, 3)).clip(0, 255).astype(np.uint8)
        cv2.circle(photo, (160, 155), 54, (190, 60, 40), -1)
        PIL.Image.fromarray(photo).save(path, quality=95)
    meal = root / "meal_masks"
    for k in range(2, 12):
        for kind, suffix in (("images", "jpg"), ("masks", "png")):
            (meal / kind / f"{k}.{suffix}").write_bytes((meal / kind / f"1.{suffix}").read_bytes())
    return root


@pytest.fixture
def config(sets, start, tmp_path):
    settings = [
        "workers=0", "device=cpu", "held_out=0.5", "minutes=1e-6", "evaluate_every=1", "sampling.scenes=2",
        "surfaces={dishes: 4, groceries: 4, snacks: 4}", f"cache={sets / 'cache'}",
        "validation={foods: 1, meals: 1, trays: 1, drawn: 1, without_food: 1}",
    ]  # fmt: skip
    with initialize_config_dir(str(Path(ml.training.__file__).parent / "conf"), version_base=None):
        return compose(
            "segmenter", [f"data={sets}", f"start={start}", f"output={tmp_path / 'run'}", *settings]
        )


def test_the_loss_falls_on_a_batch_seen_again(config):
    maker = SceneMaker(read_ingredients(config)[0], SIDE)
    batch = next(iter(SceneStream(maker, (0, 0), Sampling(2, 2, 0.5, 0.1))))
    torch.manual_seed(0)
    network = SegmenterWithFoodHead.load(Path(config.start)).train()
    learner = PromptRounds(network, food_weight=1.0)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    losses = []
    for _ in range(8):
        loss = learner(batch, rounds=1, boxed=False)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_two_workers_make_two_scenes(config):
    stream = SceneStream(SceneMaker(read_ingredients(config)[0], SIDE), (0, 0), Sampling(1, 1, 0.5, 0.1))
    first, second = islice(DataLoader(stream, batch_size=None, num_workers=2), 2)
    assert not torch.equal(first.pixels, second.pixels)


@pytest.mark.parametrize("boxed", [False, True])
def test_corrections_reach_every_part(config, boxed):
    maker = SceneMaker(read_ingredients(config)[0], SIDE)
    batch = next(iter(SceneStream(maker, (0, 1), Sampling(2, 2, 0.5, 0.1))))
    network = SegmenterWithFoodHead.load(Path(config.start))
    PromptRounds(network, food_weight=1.0)(batch, rounds=3, boxed=boxed).backward()
    parts = (network.model.mask_decoder, network.model.vision_encoder.neck, network.food_head)
    for part in parts:
        assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in part.parameters())


def test_a_run_resumes_where_it_stopped_and_its_weights_are_served(config):
    for _ in range(2):
        training = SegmenterTraining(config)
        training.run()
    log = (Path(config.output) / "log.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in log[1:]] == ["1"], "the minutes were over: nothing left to do"
    before = training.state
    config.minutes = before.seconds / 60 + 1e-6
    training = SegmenterTraining(config)
    training.run()
    assert training.state.iteration == before.iteration + 1
    assert training.state.seconds > before.seconds
    segmenter = EmbeddedSegmenter(config.output, "cpu")
    embedding = segmenter.embed(np.zeros((90, 120, 3), np.uint8))
    assert segmenter.food_probability(embedding).shape == (SIDE // 4, SIDE // 4)
    masks = segmenter.predict(embedding, Prompts.clicks(np.float32([[60, 45]])))
    assert masks.logits.shape == (1, 3, SIDE // 4, SIDE // 4)


def test_averaged_weights_lie_between_those_of_the_two_and_are_served(start, tmp_path):
    folders = [tmp_path / "first", tmp_path / "second"]
    networks = [SegmenterWithFoodHead.load(start) for _ in folders]
    for network, folder, value in zip(networks, folders, (0.25, 0.75), strict=True):
        torch.nn.init.constant_(next(network.food_head.parameters()), value)
        network.save(folder)
    average(folders, tmp_path / "mean", shares=(3, 1))
    mean = SegmenterWithFoodHead.load(tmp_path / "mean")
    assert (next(mean.food_head.parameters()) == 0.375).all()
    served = EmbeddedSegmenter(tmp_path / "mean", "cpu")
    embedding = served.embed(np.zeros((SIDE, SIDE, 3), np.uint8))
    assert np.isfinite(served.food_probability(embedding)).all()


def test_a_click_corrects_what_is_wrong():
    target = torch.zeros(1, 2, 32, 32)
    target[:, :, 8:24, 8:24] = 1
    logits = torch.full((1, 2, 1, 32, 32), -5.0)
    logits[0, 1, 0, :, :] = 5.0
    clicks, labels = error_clicks(logits, torch.ones(1, 2, 1), target)
    assert labels.flatten().tolist() == [1, 0], "food was missed, then too much was taken"
    x, y = (clicks[0, 0, 0] / 4).long().tolist()
    assert target[0, 0, y, x] == 1
    x, y = (clicks[0, 1, 0] / 4).long().tolist()
    assert target[0, 1, y, x] == 0


def test_one_good_candidate_with_honest_scores_costs_little():
    target = torch.zeros(1, 1, 32, 32)
    target[..., 8:24, 8:24] = 1
    good, bad = (target * 2 - 1) * 20, (target * 2 - 1) * -20
    logits = torch.stack([good, bad, bad], 2)
    honest, wrong = torch.tensor([[[0.99, 0.01, 0.01]]]), torch.tensor([[[0.01, 0.99, 0.01]]])
    assert prompt_loss(logits, honest, target) < prompt_loss(logits, wrong, target) - 1
    nothing = torch.zeros_like(target)
    assert prompt_loss(logits, torch.zeros(1, 1, 3), nothing) == 0


def test_the_food_map_is_not_judged_where_food_is_unsure():
    food, sure = torch.zeros(1, 1, 8, 8), torch.ones(1, 1, 8, 8)
    food[..., :4, :] = 1
    sure[..., 4:6, :] = 0
    logits = (food * 2 - 1) * 20
    changed = torch.where(sure > 0, logits, -logits)
    assert food_loss(changed, food, sure) == pytest.approx(food_loss(logits, food, sure).item())
    assert food_loss(-logits, food, sure) > 1
