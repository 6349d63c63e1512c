"""What a person says about sizes: it always sets the scale, or says what to do instead."""

from __future__ import annotations

import pytest

from ml.errors import NoonError
from ml.portion.references import references
from ml.portion.scale import log_interval, log_spread
from ml.portion.stated import scale_by_distance, scale_by_object, scale_by_plate
from ml.types import Scale

BARE = Scale(log_interval(0.05, 0.4), "a guess", tilt_deg=60.0)
FOUND = Scale(log_interval(0.05, 0.2), "a guess", 10.0, rim_px=500.0, objects_px={"coin": 50.0})


def test_plate_sets_the_scale_by_its_rim():
    scale = scale_by_plate(FOUND, 24)
    assert scale.cm_per_px.value == pytest.approx(24 / 500)
    assert scale.source == "a plate rim, stated to be 24 cm across"
    assert log_spread(scale.cm_per_px) < log_spread(FOUND.cm_per_px)


def test_what_was_found_is_kept_for_the_next_correction():
    scale = scale_by_distance(scale_by_plate(FOUND, 24), (0, 0), (100, 0), 5)
    assert (scale.rim_px, scale.tilt_deg, scale.objects_px) == (500.0, 10.0, {"coin": 50.0})
    assert scale_by_plate(scale, 20).cm_per_px.value == pytest.approx(20 / 500)


def test_two_points_set_the_scale_along_the_table():
    across = scale_by_distance(BARE, (10, 20), (110, 20), 5)
    away = scale_by_distance(BARE, (10, 20), (10, 120), 5)
    assert across.cm_per_px.value == pytest.approx(0.05)
    assert away.cm_per_px.value == pytest.approx(0.025), "a camera tilted by 60 degrees halves it"
    assert across.source == "two marked points 5 cm apart"


def test_coin_sets_the_scale_by_its_name():
    scale = scale_by_object(FOUND, "1 Euro")
    assert 0.9 * 2.325 / 50 < scale.cm_per_px.value <= 2.325 / 50, "food is nearer to the camera"
    assert "1 euro of 2.325 cm" in scale.source


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (lambda: scale_by_plate(BARE, 24), "No plate rim was found in this photo; mark two points"),
        (lambda: scale_by_object(BARE, "1 euro"), "No coin was found in this photo; mark two points"),
        (lambda: scale_by_object(FOUND, "bank or ID card"), "No card was found in this photo; mark two"),
        (lambda: scale_by_object(FOUND, "doubloon"), "There is no coin or card called 'doubloon'; choose"),
        (lambda: scale_by_distance(BARE, (5, 5), (6, 5), 9), "The two points lie too close together; mark"),
        (lambda: scale_by_plate(FOUND, 0), "The plate must measure 8 to 60 cm; check the number."),
        (lambda: scale_by_distance(BARE, (0, 0), (99, 0), float("nan")), "The distance must measure"),
    ],
)
def test_what_cannot_be_used_says_what_to_do_instead(state, why):
    with pytest.raises(NoonError, match=why):
        state()


def test_references_have_names_of_their_own_and_the_size_of_such_things():
    names = [reference.name.casefold() for reference in references()]
    assert len(set(names)) == len(names)
    for reference in references():
        low, high = (1.5, 4.0) if reference.kind == "coin" else (5.0, 10.0)
        assert low < reference.size_cm < high
