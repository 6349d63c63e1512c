"""Outlines and training scenes: masks are exact, disjoint and repeatable; a split keeps items together."""

import numpy as np
import PIL.Image
import pytest

from ml.data.ecustfd import load_ecustfd, outline
from ml.data.outlines import COLUMNS, SharedPhoto, read_outlines
from ml.data.photos import OutlinedPhoto, read_masks, split, write_masks
from ml.data.scenes.canvas import Canvas, Layer
from ml.data.scenes.cut_outs import CutOuts
from ml.data.scenes.ingredients import Ingredients, fair_shares
from ml.data.scenes.maker import SceneMaker
from ml.data.scenes.views import close_window
from ml.data.segmentation_metrics import iou
from tests.discs import disc
from tests.photo_sets import make_photo_sets

SIZE = 128


@pytest.fixture(scope="module")
def ingredients(tmp_path_factory):
    """Red discs on a grey table, a green meal on a white plate, noise as food surfaces."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    photos = []
    for k in range(4):
        table = rng.normal(120, 6, (240, 320, 3))
        food, plate = disc(240, 320, (100 + 30 * k, 120), 40), disc(240, 320, (100 + 30 * k, 120), 80)
        table[plate] = 235
        table[food] = (200, 40, 30) if k < 3 else (60, 150, 40)
        PIL.Image.fromarray(table.clip(0, 255).astype(np.uint8)).save(folder / f"{k}.png")
        write_masks(folder / f"{k}_foods.png", [food])
        write_masks(folder / f"{k}_dishes.png", [plate])
        dishes = folder / f"{k}_dishes.png" if k == 3 else None
        photos.append(OutlinedPhoto(folder / f"{k}.png", folder / f"{k}_foods.png", str(k), dishes))
    surfaces = [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(3)]
    return Ingredients(photos[:3], photos[3:], surfaces)


@pytest.mark.parametrize(
    "kind", ["food_photo", "meal_photo", "tray", "pasted", "pieces", "drawn", "without_food"]
)
def test_every_kind_of_scene_has_disjoint_foods_outside_of_what_is_unsure(ingredients, kind):
    maker = SceneMaker(ingredients, SIZE)
    for seed in range(15):
        scene = getattr(maker, kind)(np.random.default_rng(seed))
        assert scene.image.shape == (SIZE, SIZE, 3)
        assert scene.image.dtype == np.uint8
        layers = np.array([*scene.foods, scene.unsure])
        assert layers.dtype == bool
        assert layers.sum(axis=0).max() <= 1
        if kind == "without_food":
            assert not layers.any()


def test_pieces_lie_close_together_and_each_is_a_food_of_its_own(ingredients):
    maker = SceneMaker(ingredients, SIZE)
    scenes = [maker.pieces(np.random.default_rng(seed)) for seed in range(15)]
    assert np.mean([len(scene.foods) for scene in scenes]) > 3
    for scene in scenes:
        bounds = [np.argwhere(food).mean(axis=0) for food in scene.foods]
        nearest = [min((np.hypot(*(a - b)) for b in bounds if b is not a), default=0) for a in bounds]
        assert max(nearest, default=0) < 0.6 * SIZE


def write_outlines(folder, rows):
    """Grey photos with a plate, a food on it and a thing beside; a row is (name, kinds, complete)."""
    lines = [",".join(COLUMNS)]
    masks = [disc(240, 320, (x, 120), radius) for x, radius in ((120, 80), (120, 40), (270, 30))]
    for name, kinds, complete in rows:
        PIL.Image.fromarray(np.full((240, 320, 3), 90, np.uint8)).save(folder / f"{name}.png")
        write_masks(folder / f"{name}_labels.png", masks if len(kinds.split()) == 3 else masks[1:2])
        lines.append(f"{name}.png,{name}_labels.png,someone,{kinds},{complete},0")
    (folder / "outlines.csv").write_text("\n".join(lines))
    photos, held_out = read_outlines(folder)
    assert not held_out
    return photos


def test_a_plate_outlined_on_someones_photo_is_laid_on_trays_with_its_food(ingredients, tmp_path):
    (photo,) = write_outlines(tmp_path, [("whole", "vessel food thing", 1)])
    cut_outs = CutOuts(Ingredients(ingredients.foods, [], ingredients.surfaces, [photo]), SIZE)
    dish, served = cut_outs.dish(np.random.default_rng(0), 100)
    assert 0.2 < (served > 0.5).sum() / (dish.opacity > 0.5).sum() < 0.3


def scene_of(ingredients, photo, seed):
    maker = SceneMaker(Ingredients(ingredients.foods, ingredients.meals, ingredients.surfaces, [photo]), SIZE)
    return maker.shared_photo(np.random.default_rng(seed))


def test_of_a_whole_outlined_photo_the_plate_is_no_food_and_of_another_nobody_knows(ingredients, tmp_path):
    whole, part = write_outlines(tmp_path, [("whole", "vessel food thing", 1), ("part", "food", 0)])
    scene = scene_of(ingredients, whole, 1)
    (food,), (dish,), (thing,) = scene.foods, scene.dishes, scene.things
    assert (food & dish).sum() == food.sum() < dish.sum()
    assert not (thing & dish).any()
    assert not scene.unsure.any()
    scene = scene_of(ingredients, part, 1)
    assert (scene.unsure == ~scene.foods[0]).all()


def test_whether_a_dish_and_an_object_are_food_is_not_known(ingredients, tmp_path):
    (photo,) = write_outlines(tmp_path, [("table", "dish food object", 1)])
    scene = scene_of(ingredients, photo, 1)
    (food,), (dish,), (thing,) = scene.foods, scene.dishes, scene.things
    assert (scene.unsure == ((dish & ~food) | thing)).all()


def test_some_photos_are_looked_at_closely_around_one_thing(ingredients, tmp_path):
    (photo,) = write_outlines(tmp_path, [("part", "food", 0)])
    shares = [np.mean(scene_of(ingredients, photo, seed).foods) for seed in range(40)]
    assert max(shares) > 2 * np.median(shares)
    mask = disc(240, 320, (300, 20), 15)
    for seed in range(20):
        top, left, height, width = close_window(np.random.default_rng(seed), mask)
        assert mask[top : top + height, left : left + width].sum() == mask.sum()


def test_photos_with_food_are_picked_most_and_large_sources_do_not_crowd_out_small_ones(tmp_path):
    sources = ["large"] * 8 + ["small"] * 2 + ["things"] * 30
    photos = [
        SharedPhoto(tmp_path, tmp_path, source, kinds=("thing" if source == "things" else "food",))
        for source in sources
    ]
    shares = fair_shares(photos)
    large, small, things = shares[:8].sum(), shares[8:10].sum(), shares[10:].sum()
    assert shares.sum() == pytest.approx(1)
    assert large == pytest.approx(2 * small)
    assert large + small > 2 * things
    assert fair_shares(photos[:10]).sum() == pytest.approx(1)


def test_most_scenes_show_food_and_some_show_none(ingredients):
    maker, rng = SceneMaker(ingredients, SIZE), np.random.default_rng(1)
    with_food = sum(bool(maker.make(rng).foods) for _ in range(60))
    assert 35 < with_food < 58


def test_a_seed_repeats_a_scene(ingredients):
    maker = SceneMaker(ingredients, SIZE)
    first, second = (maker.drawn(np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.image, second.image)
    assert np.array_equal(first.foods, second.foods)


def test_the_food_of_a_photo_keeps_its_mask(ingredients):
    maker = SceneMaker(ingredients, SIZE)
    scene = maker.food_photo(np.random.default_rng(0))
    red, green, _ = (scene.image[..., c].astype(int) for c in range(3))
    assert iou(red - green > 60, np.any(scene.foods, axis=0)) > 0.9


def test_what_is_laid_on_a_food_takes_its_place():
    canvas = Canvas(np.full((100, 100, 3), 90, np.float32))
    square = Layer(np.full((40, 40, 3), (250, 0, 0), np.float32), np.ones((40, 40), np.float32))
    canvas.lay(square, 20, 20, food=True)
    canvas.lay(square, 40, 20, food=True)
    canvas.lay(square, 20, 50, food=False)
    below, above = canvas.foods
    assert below.sum() == 20 * 30
    assert above.sum() == 40 * 40 - 20 * 10
    assert not canvas.lay(square, 200, 20, food=True)


def test_a_dish_is_kept_with_the_food_it_carries_and_its_plate_is_unsure():
    canvas = Canvas(np.full((100, 100, 3), 90, np.float32))
    dish = Layer(np.full((60, 60, 3), (250, 250, 250), np.float32), np.ones((60, 60), np.float32))
    served = np.zeros((60, 60), np.float32)
    served[20:40, 20:40] = 1
    canvas.lay(dish, 10, 10, food=True, served=served)
    canvas.lay(Layer(dish.paint[:10], dish.opacity[:10]), 30, 30, food=False)
    scene = canvas.scene(np.random.default_rng(0))
    assert [whole.sum() for whole in scene.dishes] == [60 * 60 - 10 * 40]
    assert [food.sum() for food in scene.foods] == [20 * 10]
    assert np.array_equal(scene.unsure, scene.dishes[0] & ~scene.foods[0])


def test_grabcut_outlines_the_thing_in_a_box():
    image = np.random.default_rng(0).normal(170, 5, (200, 300, 3)).clip(0, 255).astype(np.uint8)
    food = disc(200, 300, (150, 100), 45)
    image[food] = (190, 60, 40)
    mask = outline(image, (103, 53, 198, 148))
    assert iou(mask, food) > 0.95


def test_photos_whose_food_cannot_be_outlined_are_left_out(tmp_path):
    sets = make_photo_sets(tmp_path / "sets")
    apple = np.random.default_rng(0).normal(170, 5, (360, 480, 3)).clip(0, 255).astype(np.uint8)
    apple[disc(360, 480, (160, 155), 54)] = (190, 60, 40)
    PIL.Image.fromarray(apple).save(sets / "ecustfd/images/apple003T_1.jpg", quality=95)
    for _ in range(2):
        photos = load_ecustfd(sets / "ecustfd", tmp_path / "cache")
        assert "apple003" in {photo.group for photo in photos}
    (found,) = (photo for photo in photos if photo.group == "apple003")
    (mask,) = read_masks(found.foods)
    assert iou(mask, disc(360, 480, (160, 155), 54)) > 0.9


def test_a_split_keeps_groups_together_and_never_moves(tmp_path):
    photos = [OutlinedPhoto(tmp_path / f"{k}", tmp_path, group=f"item{k // 5}") for k in range(500)]
    training, held_out = split(photos, 0.2)
    assert {p.group for p in training}.isdisjoint({p.group for p in held_out})
    assert 0.1 < len(held_out) / len(photos) < 0.3
    assert split(photos[250:], 0.2)[1] == [p for p in held_out if p in photos[250:]]
