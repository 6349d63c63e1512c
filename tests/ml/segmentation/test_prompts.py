import numpy as np

from ml.segmentation.prompts import food_peaks


def test_one_click_in_the_middle_of_each_food_largest_first():
    food = np.full((40, 60), 0.1, np.float32)
    food[5:20, 5:20] = 0.9
    food[25:30, 40:45] = 0.9
    assert food_peaks(food, food > 0.5, count=2).tolist() == [[12, 12], [42, 27]]


def test_of_two_equal_places_the_surer_comes_first():
    food = np.zeros((20, 40), np.float32)
    food[5:14, 5:14], food[5:14, 25:34] = 0.6, 0.9
    assert food_peaks(food, food > 0.5, count=1).tolist() == [[29, 9]]


def test_a_long_food_gets_several_clicks_that_keep_apart():
    food = np.ones((20, 100), np.float32)
    peaks = food_peaks(food, food > 0, count=4)
    gaps = np.hypot(*(peaks[:, None] - peaks[None]).transpose(2, 0, 1))
    assert len(peaks) == 4
    assert gaps[np.triu_indices(4, 1)].min() >= 10


def test_clicks_stay_on_what_is_wanted():
    random = np.random.default_rng(0)
    food, wanted = random.random((90, 90), np.float32), random.random((90, 90)) > 0.2
    peaks = food_peaks(food, wanted, count=50)
    assert len(peaks) > 5
    assert wanted[peaks[:, 1], peaks[:, 0]].all()


def test_a_seam_gets_no_click():
    seam = np.zeros((40, 40), bool)
    seam[10:13] = True
    assert len(food_peaks(np.ones(seam.shape, np.float32), seam, count=5, seam=2)) == 0
    assert len(food_peaks(np.ones(seam.shape, np.float32), seam, count=5)) > 0


def test_nothing_wanted_gives_no_clicks():
    assert food_peaks(np.ones((8, 8), np.float32), np.zeros((8, 8), bool), count=5).shape == (0, 2)
