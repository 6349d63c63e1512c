import numpy as np
import pytest

from ml.segmentation.masks import (
    enlarge,
    intersections,
    make_disjoint,
    mask_to_box,
    stability_scores,
    suppress,
    tidy,
    tidy_apart,
)


def block(x0, y0, x1, y1, size=16):
    """A bool mask, size x size, true in the box."""
    mask = np.zeros((size, size), bool)
    mask[y0:y1, x0:x1] = True
    return mask


def logits_of(mask, inside=4.0):
    return np.where(mask, inside, -inside).astype(np.float32)


def test_a_mask_with_steep_edges_is_stable_and_one_with_soft_edges_is_not():
    steep = logits_of(block(4, 4, 12, 12))
    soft = steep.copy()
    soft[4:12, 4:8] = 0.5  # half of the mask is hardly sure
    assert stability_scores(np.stack([steep, soft])) == pytest.approx([1.0, 0.5])


def test_an_empty_mask_has_no_stability():
    assert stability_scores(np.full((1, 8, 8), -9, np.float32))[0] == 0


def test_intersections_count_shared_pixels():
    masks = np.stack([block(0, 0, 4, 4), block(2, 0, 6, 4), block(8, 8, 9, 9)])
    assert intersections(masks).tolist() == [[16, 8, 0], [8, 16, 0], [0, 0, 1]]


def test_of_near_duplicates_the_best_stays():
    masks = np.stack([block(0, 0, 8, 8), block(1, 0, 9, 8), block(10, 10, 14, 14)])
    assert suppress(masks, np.array([0.7, 0.9, 0.5])) == [1, 2]


@pytest.mark.parametrize(("scores", "kept"), [((0.9, 0.8), [0]), ((0.8, 0.9), [1])])
def test_of_a_part_and_its_whole_only_the_better_stays(scores, kept):
    assert suppress(np.stack([block(0, 0, 16, 16), block(6, 6, 9, 9)]), np.array(scores)) == kept


def test_foods_that_touch_both_stay():
    masks = np.stack([block(0, 0, 9, 16), block(8, 0, 16, 16)])
    assert suppress(masks, np.array([0.9, 0.8])) == [0, 1]


def test_tidying_fills_a_small_hole_and_drops_a_speck():
    whole = block(2, 2, 12, 12)
    mask = whole & ~block(5, 5, 7, 7)
    mask |= block(14, 14, 16, 16)
    assert np.array_equal(tidy(logits_of(mask)) > 0, whole)


def test_tidying_keeps_a_large_hole_and_a_large_part():
    mask = (block(0, 0, 10, 10) & ~block(2, 2, 8, 8)) | block(11, 0, 16, 10)
    assert np.array_equal(tidy(logits_of(mask)) > 0, mask)


def test_what_lies_at_the_edge_of_the_photo_is_no_hole():
    whole = block(0, 0, 16, 16) & ~block(0, 0, 2, 2) & ~block(14, 6, 16, 8)
    assert np.array_equal(tidy(logits_of(whole)) > 0, whole)


@pytest.mark.parametrize("surer", [3.0, 6.0])
def test_a_food_inside_of_anothers_hole_stays_there(surer):
    egg = block(14, 14, 18, 18, size=32)
    noodles = block(4, 4, 28, 28, size=32) & ~egg
    apart = tidy_apart(np.stack([logits_of(noodles, 9 - surer), logits_of(egg, surer)]))
    assert np.array_equal(apart > 0, [noodles, egg])


def test_tidying_keeps_an_empty_mask_empty():
    assert not (tidy(logits_of(block(0, 0, 0, 0))) > 0).any()


def test_disjoint_masks_share_nothing_and_lose_nothing_even_when_enlarged():
    random = np.random.default_rng(0)
    logits = random.normal(size=(4, 12, 12)).astype(np.float32)
    disjoint = make_disjoint(logits)
    assert np.array_equal((disjoint > 0).any(axis=0), (logits > 0).any(axis=0))
    large = np.stack([enlarge(mask, (101, 173)) for mask in disjoint])
    assert large.sum(axis=0).max() == 1


def test_where_two_masks_claim_a_place_the_surer_gets_it():
    left, right = logits_of(block(0, 0, 10, 16), 2.0), logits_of(block(6, 0, 16, 16), 5.0)
    disjoint = make_disjoint(np.stack([left, right])) > 0
    assert np.array_equal(disjoint[0], block(0, 0, 6, 16))
    assert np.array_equal(disjoint[1], block(6, 0, 16, 16))


def test_enlarging_keeps_place_and_share_in_both_directions():
    mask = enlarge(logits_of(block(8, 16, 24, 24, size=32)), (320, 160))
    assert mask.shape == (320, 160)
    assert mask_to_box(mask) == pytest.approx((40, 160, 120, 240), abs=5)
    assert mask.mean() == pytest.approx(16 * 8 / 1024, rel=0.05)


def test_enlarging_gives_the_same_as_enlarging_the_whole_photo():
    logits = np.full((16, 16), -3, np.float32)
    logits[6:10, 5:11] = np.random.default_rng(1).normal(size=(4, 6))
    everywhere = logits.copy()
    everywhere[:2, :2] = everywhere[-2:, -2:] = 9
    small, large = enlarge(logits, (160, 208)), enlarge(everywhere, (160, 208))
    assert small.any()
    assert np.array_equal(small[50:110, 52:156], large[50:110, 52:156])


def test_an_outline_that_wavers_is_smoothed():
    teeth = block(4, 4, 28, 28, size=32)
    teeth[4, 4:28:2] = teeth[27, 5:28:2] = False
    mask = enlarge(logits_of(teeth), (320, 320))
    top = mask[:, 80:240].argmax(axis=0)
    assert np.ptp(top) <= 5
    assert mask.sum() == pytest.approx(100 * teeth.sum(), rel=0.02)


def test_a_mask_that_reaches_the_border_is_not_cut():
    assert enlarge(logits_of(block(0, 0, 16, 16)), (33, 47)).all()


def test_an_empty_mask_stays_empty():
    assert not enlarge(np.full((4, 4), -1, np.float32), (40, 30)).any()


def test_boxes_are_xyxy_with_exclusive_ends():
    assert mask_to_box(block(3, 5, 4, 9)) == (3, 5, 4, 9)
