"""What holds for every segmenter, shipped or from the hub, and what is special to each."""

import cv2
import numpy as np
import pytest
import torch

from ml.errors import NoonError
from ml.segmentation.base import Prompts
from ml.segmentation.decoding import fittest, predict_masks
from ml.segmentation.embedded import EmbeddedSegmenter
from ml.segmentation.sam2 import HubSegmenter

SIDE = 128


@pytest.fixture(scope="module")
def embedded(embedded_weights):
    return EmbeddedSegmenter(embedded_weights, device="cpu")


@pytest.fixture(scope="module")
def sam2(sam2_weights):
    segmenter = HubSegmenter(str(sam2_weights), device="cpu")
    segmenter.dtype = torch.float32
    return segmenter


@pytest.fixture(params=["embedded", "sam2"])
def segmenter(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def photo():
    noise = np.random.default_rng(0).integers(0, 256, (12, 8, 3), np.uint8)
    return cv2.resize(noise, (2 * SIDE, 3 * SIDE), interpolation=cv2.INTER_CUBIC)


POINTS = np.array([[20, 300], [200, 40], [128, 190], [9, 9], [250, 380]], np.float32)


def test_three_low_resolution_masks_and_scores_for_each_prompt(segmenter, photo):
    embedding = segmenter.embed(photo)
    candidates = segmenter.predict(embedding, Prompts.clicks(POINTS))
    assert embedding.image_size == (384, 256)
    assert [feature.shape[-2:] for feature in embedding.features] == [(32, 32), (16, 16), (8, 8)]
    assert candidates.logits.shape == (5, 3, 32, 32)
    assert candidates.scores.shape == (5, 3)
    assert candidates.logits.dtype == candidates.scores.dtype == np.float32


def test_prompts_of_one_call_do_not_influence_each_other(segmenter, photo):
    embedding, together = segmenter.embed(photo), Prompts.clicks(POINTS)
    expected = [segmenter.predict(embedding, Prompts.clicks(POINTS[k : k + 1])) for k in range(len(POINTS))]
    logits, scores = (np.concatenate([getattr(e, name) for e in expected]) for name in ("logits", "scores"))
    for batch in (2, 5):
        result = predict_masks(segmenter.model, embedding, together, batch=batch)
        np.testing.assert_allclose(result.logits, logits, atol=1e-4 * np.ptp(logits))
        np.testing.assert_allclose(result.scores, scores, atol=1e-4 * np.ptp(scores))


@pytest.mark.parametrize("stretch", [(2, 1), (1, 2), (3, 3)])
def test_the_photo_may_be_stretched_when_points_and_boxes_are_too(segmenter, photo, stretch):
    """The first coordinate of a point goes with the photo's width, the second with its height."""
    x, y = stretch
    large = np.repeat(np.repeat(photo, y, axis=0), x, axis=1)
    boxes = np.array([[30, 50, 100, 90]] * len(POINTS), np.float32)
    labels = np.ones((len(POINTS), 1), np.int64)
    small_masks = segmenter.predict(segmenter.embed(photo), Prompts(POINTS[:, None], labels, boxes))
    places = POINTS[:, None] * np.array([x, y], np.float32)
    prompts = Prompts(places, labels, boxes * np.array([x, y, x, y], np.float32))
    large_masks = segmenter.predict(segmenter.embed(large), prompts)
    swing = np.ptp(small_masks.logits)
    np.testing.assert_allclose(large_masks.logits, small_masks.logits, atol=0.05 * swing)


def test_every_part_of_a_prompt_counts(segmenter, photo):
    """Place, label, further clicks and a box each change the masks."""
    embedding = segmenter.embed(photo)

    def logits(points, labels, boxes=None):
        prompts = Prompts(np.float32([points]), np.int64([labels]), boxes and np.float32([boxes]))
        return segmenter.predict(embedding, prompts).logits

    masks = [
        logits([[60, 60]], [1]),
        logits([[60, 200]], [1]),
        logits([[200, 60]], [1]),
        logits([[60, 60]], [0]),
        logits([[60, 60], [200, 60]], [1, 0]),
        logits([[60, 60]], [1], [30, 30, 90, 90]),
    ]
    for i, one in enumerate(masks):
        for other in masks[:i]:
            assert not np.allclose(one, other, atol=1e-3 * np.ptp(one))


def test_a_further_click_is_decoded_with_the_mask_before_it(segmenter, photo):
    """The answer to two clicks holds masks of the first alone, or of both and the first one's best mask."""
    embedding = segmenter.embed(photo)
    first = segmenter.predict(embedding, Prompts.clicks(POINTS[:1]))
    both = segmenter.predict(embedding, Prompts(POINTS[None, :2], np.array([[1, 0]])))
    mask = first.logits[0, first.scores[0].argmax()]
    with torch.inference_mode():
        second = segmenter.model(
            image_embeddings=list(embedding.features),
            input_points=torch.from_numpy(POINTS[None, None, :2]) * torch.tensor([SIDE / 256, SIDE / 384]),
            input_labels=torch.tensor([[[1, 0]]]),
            input_masks=torch.from_numpy(mask[None, None]),
        ).pred_masks[0, 0]
    possible = [*first.logits[0], *second.numpy()]
    swing = np.ptp(possible)
    for logits in both.logits[0]:
        assert any(np.allclose(logits, other, atol=1e-4 * swing) for other in possible)


def test_masks_that_agree_with_the_clicks_come_first():
    left = torch.full((8, 8), -5.0)
    left[:, :4] = 5.0
    points, labels = torch.tensor([[[1.0, 1.0], [6.0, 6.0]]]), torch.tensor([[1, 0]])
    masks = torch.stack([-left, torch.full((8, 8), 5.0), left])[None]
    logits, scores = fittest(
        [masks[:, :2], masks[:, 2:]], [torch.ones(1, 2), torch.ones(1, 1)], points, labels
    )
    assert torch.equal(logits[0], torch.stack([left, torch.full((8, 8), 5.0)]))
    assert scores[0].tolist() == [1.0, 0.75]


def test_a_box_alone_is_a_prompt(segmenter, photo):
    prompts = Prompts.around(np.array([[10, 20, 90, 200], [100, 20, 190, 200]], np.float32))
    assert segmenter.predict(segmenter.embed(photo), prompts).logits.shape == (2, 3, 32, 32)


def test_in_bf16_the_features_are_nearly_the_same(sam2_weights, sam2, photo):
    halved = HubSegmenter(str(sam2_weights), device="cpu")
    halved.dtype = torch.bfloat16
    for feature, exact in zip(halved.embed(photo).features, sam2.embed(photo).features, strict=True):
        assert feature.dtype == torch.float32
        assert not torch.equal(feature, exact)
        torch.testing.assert_close(feature, exact, rtol=0, atol=0.05 * float(np.ptp(exact.numpy())))


@pytest.mark.parametrize("size", [(1, 1), (20, 800)])
def test_odd_sizes_are_embedded(segmenter, size):
    assert segmenter.embed(np.zeros((*size, 3), np.uint8)).image_size == size


def features_of(model, pixels):
    """Features of float pixels HxWx3 that are scaled as the model wants them."""
    return model.get_image_embeddings(torch.tensor(pixels, dtype=torch.float32).permute(2, 0, 1)[None])


def square():
    return np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def test_the_embedded_model_sees_minus_one_to_one(embedded):
    expected = features_of(embedded.model, square() / 127.5 - 1)
    for feature, other in zip(embedded.embed(square()).features, expected, strict=True):
        torch.testing.assert_close(feature, other)


def test_sam2_sees_what_its_processor_says(sam2):
    imagenet = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    expected = features_of(sam2.model, (square() / 255 - imagenet[0]) / imagenet[1])
    for feature, other in zip(sam2.embed(square()).features, expected, strict=True):
        torch.testing.assert_close(feature, other, atol=1e-4, rtol=1e-4)


def test_the_hub_segmenter_takes_edgetam_too(embedded, embedded_weights, sam2_weights, tmp_path, photo):
    for file in (*embedded_weights.iterdir(), sam2_weights / "preprocessor_config.json"):
        (tmp_path / file.name).symlink_to(file)
    hub = HubSegmenter(str(tmp_path), device="cpu")
    assert type(hub.model) is type(embedded.model)
    assert hub.predict(hub.embed(photo), Prompts.clicks(POINTS)).logits.shape == (5, 3, 32, 32)


def test_the_food_map_is_a_probability_over_the_whole_photo(embedded, photo):
    food = embedded.food_probability(embedded.embed(photo))
    assert food.shape == (32, 32)
    assert food.dtype == np.float32
    assert 0 <= food.min() < food.max() <= 1


def test_an_unknown_device_is_named_with_the_choices(embedded_weights):
    with pytest.raises(NoonError, match=r'"tpu".*auto, cpu, cuda, mps'):
        EmbeddedSegmenter(embedded_weights, device="tpu")
