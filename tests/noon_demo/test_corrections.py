"""Correcting a meal over HTTP: nothing else moves than what is said; what can't be done is a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from tests.chromium import MEAL
from tests.photos import MEALS

Json = dict


@pytest.fixture(scope="module")
def client(server: str):
    with httpx.Client(base_url=server, timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def result(client: httpx.Client) -> Json:
    """Bread and two eggs on a plate."""
    with MEAL.open("rb") as photo:
        answer = client.post("/api/analyze", files={"image": photo}, data={"mode": "ml_only"})
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(scope="module")
def correct(client: httpx.Client, result: Json) -> Callable[..., Json]:
    """The result after edits."""

    def after(*edits: Json, before: Json = result) -> Json:
        answer = client.post("/api/recalculate", json={"result": before, "edits": list(edits)})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return after


def named(result: Json, label: str) -> Json:
    return next(item for item in result["detected_items"] if item["label"] == label)


def others(result: Json, number: int) -> list[Json]:
    return [item for item in result["detected_items"] if item["id"] != number]


def kcal(result: Json) -> float:
    return result["nutrition"]["calories"]


def test_a_result_without_edits_stays_as_it_is(result, correct) -> None:
    after = correct()
    assert after["detected_items"] == result["detected_items"]
    assert kcal(after) == pytest.approx(kcal(result), abs=len(result["detected_items"]))


def test_another_name_brings_other_nutrients_and_moves_no_other_food(result, correct) -> None:
    bread = named(result, "bread")
    after = correct({"edit": "rename", "id": bread["id"], "food": "rice"})
    rice = named(after, "rice")
    assert (rice["id"], rice["outline"], rice["named_by"], rice["sure"]) == (
        bread["id"],
        bread["outline"],
        "person",
        True,
    )
    assert rice["source"]["description"] != bread["source"]["description"]
    assert others(after, bread["id"]) == others(result, bread["id"])
    assert "rice" in after["insights"]
    assert after["insights_source"] == "builtin"


def test_a_weight_that_a_person_gives_has_no_range(result, correct) -> None:
    bread = named(result, "bread")
    after = correct({"edit": "weigh", "id": bread["id"], "grams": 150})
    weighed = named(after, "bread")
    assert (weighed["mass_g"], weighed["mass_g_range"], weighed["weighed_by"]) == (150, [150, 150], "person")
    factor = 150 / bread["mass_g"]
    assert weighed["nutrition"]["calories"] == pytest.approx(
        factor * bread["nutrition"]["calories"], rel=0.03
    )
    renamed = correct({"edit": "rename", "id": bread["id"], "food": "toast"}, before=after)
    assert named(renamed, "toast")["mass_g"] == 150


def test_half_and_double_and_eaten_shares(result, correct) -> None:
    bread = named(result, "bread")
    half = named(correct({"edit": "multiply", "id": bread["id"], "factor": 0.5}), "bread")
    assert half["mass_g"] == pytest.approx(bread["mass_g"] / 2, abs=0.1)
    eaten = correct({"edit": "eat", "share": 0.5})
    assert kcal(eaten) == pytest.approx(kcal(result) / 2, abs=3)
    again = correct({"edit": "eat", "share": 1.0}, before=eaten)
    assert kcal(again) == pytest.approx(kcal(result), abs=3)


def test_foods_are_removed_added_merged_and_split(result, correct) -> None:
    bread, egg = named(result, "bread"), named(result, "egg")
    assert [item["label"] for item in correct({"edit": "remove", "id": bread["id"]})["detected_items"]] == [
        "egg",
        "egg",
    ]
    oil = named(correct({"edit": "add", "food": "olive oil", "grams": 10}), "olive oil")
    assert (oil["mass_g"], oil["mask"], oil["outline"]) == (10, None, [])
    assert oil["nutrition"]["calories"] == pytest.approx(88, abs=3)
    merged = correct({"edit": "merge", "ids": [bread["id"], egg["id"]]})
    assert len(merged["detected_items"]) == 2
    assert max(i["mass_g"] for i in merged["detected_items"]) == pytest.approx(
        bread["mass_g"] + egg["mass_g"], abs=0.2
    )
    split = correct({"edit": "split", "id": bread["id"]})
    assert [item["label"] for item in split["detected_items"]].count("bread") == 2
    assert kcal(split) == pytest.approx(kcal(result), abs=3)
    assert len({item["id"] for item in split["detected_items"]}) == 4


def looks(result: Json) -> list[tuple[str, int | None]]:
    return [(item["label"], item["look"]) for item in result["detected_items"]]


def test_foods_that_look_alike_stay_so_through_corrections(result, correct) -> None:
    assert looks(result) == [("bread", 1), ("egg", 2), ("egg", 2)]
    bread, egg, _ = (item["id"] for item in result["detected_items"])
    named_and_weighed = [
        {"edit": "rename", "id": egg, "food": "mozzarella"},
        {"edit": "weigh", "id": egg, "grams": 90},
        {"edit": "eat", "share": 0.5},
    ]
    assert looks(correct(*named_and_weighed)) == [("bread", 1), ("mozzarella", 2), ("egg", 2)]
    assert sorted(looks(correct({"edit": "split", "id": bread}))) == [
        ("bread", 1),
        ("bread", 1),
        ("egg", 2),
        ("egg", 2),
    ]
    assert looks(correct({"edit": "add", "food": "olive oil"}))[-1] == ("olive oil", None)


def test_foods_of_another_photo_look_like_none_of_this_one(result, correct, client) -> None:
    with (MEALS / "fruit.jpg").open("rb") as photo:
        answer = client.post("/api/analyze", files={"image": photo}, data={"mode": "ml_only"})
    after = correct({"edit": "angle", "result": answer.json()})
    assert looks(after) == [*looks(result), ("banana", None), ("apple", None), ("orange", None)]


def test_a_result_of_before_looks_were_told_is_corrected_all_the_same(result, correct) -> None:
    items = [{key: item[key] for key in item if key != "look"} for item in result["detected_items"]]
    after = correct({"edit": "eat", "share": 0.5}, before={**result, "detected_items": items})
    assert [look for _, look in looks(after)] == [None, None, None]


def test_a_nutrition_label_adds_a_food_that_can_be_corrected_on(result, correct) -> None:
    label = {"calories": 520, "protein_g": 6, "carb_g": 58, "fat_g": 29, "sodium_mg": 200}
    after = correct({"edit": "label", "name": "wafer", "grams": 25, "per_100g": label})
    wafer = named(after, "wafer")
    assert wafer["nutrition"]["calories"] == 130
    assert wafer["source"]["database"] == "nutrition label"
    assert wafer["mass_g_range"] == [25, 25]
    assert kcal(after) == pytest.approx(kcal(result) + 130, abs=3)
    doubled = correct({"edit": "multiply", "id": wafer["id"], "factor": 2}, before=after)
    assert named(doubled, "wafer")["nutrition"]["calories"] == pytest.approx(260, abs=2)


def test_a_nutrition_label_stays_as_it_was_typed_whatever_is_eaten_of_it(client, correct) -> None:
    label = {"calories": 539, "protein_g": 6.3, "carb_g": 57.5, "fat_g": 30.9, "sodium_mg": 41}
    meal = correct({"edit": "label", "name": "spread", "grams": 1, "per_100g": label})
    spread = named(meal, "spread")
    eat_100g = {"edit": "weigh", "id": spread["id"], "grams": 100}
    nutrition = named(correct(eat_100g, before=meal), "spread")["nutrition"]
    assert {name: nutrition[name] for name in label} == label
    spread["source"]["per_100g"] = {"calories": 539, "salt_g": 0.1}
    damaged = client.post("/api/recalculate", json={"result": meal, "edits": []})
    assert (damaged.status_code, "is damaged" in damaged.json()["error"]) == (400, True)
    del spread["source"]["per_100g"]  # as in a meal that a page saved earlier
    earlier = named(correct(eat_100g, before=meal), "spread")
    assert earlier["nutrition"]["calories"] == pytest.approx(539, rel=0.1)


def test_a_plate_of_another_size_changes_all_weights_but_those_of_a_person(result, correct) -> None:
    bread, egg = named(result, "bread"), named(result, "egg")
    after = correct(
        {"edit": "weigh", "id": bread["id"], "grams": 40}, {"edit": "scale", "plate_diameter_cm": 20}
    )
    assert named(after, "bread")["mass_g"] == 40
    assert named(after, "egg")["mass_g"] < egg["mass_g"]
    assert "20 cm" in after["scale"]["source"]
    far = correct({"edit": "scale", "distance": {"start": [0, 0], "end": [100, 0], "cm": 10}})
    assert far["scale"]["cm_per_px"] > result["scale"]["cm_per_px"]


def test_another_angle_adds_what_the_first_lacks_and_nothing_twice(client, result, correct) -> None:
    fruit = MEAL.with_name("fruit.jpg").read_bytes()
    other = client.post("/api/analyze", files={"image": fruit}, data={"mode": "ml_only"}).json()
    after = correct({"edit": "angle", "result": other})
    labels = [item["label"] for item in result["detected_items"]]
    assert [item["label"] for item in after["detected_items"]][: len(labels)] == labels
    assert len(after["detected_items"]) == len(labels) + len(other["detected_items"])
    assert kcal(after) == pytest.approx(kcal(result) + kcal(other), abs=4)
    again = client.post(
        "/api/recalculate", json={"result": after, "edits": [{"edit": "angle", "result": other}]}
    )
    assert "nothing is added" in again.json()["error"]


def test_what_is_left_afterwards_was_not_eaten(result, correct) -> None:
    bread, egg = named(result, "bread"), named(result, "egg")
    left = correct(
        {"edit": "remove", "id": egg["id"]}, {"edit": "multiply", "id": bread["id"], "factor": 0.25}
    )
    after = correct({"edit": "leftovers", "result": left})
    assert named(after, "bread")["eaten"] == pytest.approx(0.75, abs=0.01)
    assert [item["eaten"] for item in after["detected_items"] if item["label"] == "egg"] == pytest.approx(
        [0.5, 0.5], abs=0.1
    )
    untouched = correct({"edit": "leftovers", "result": result})
    assert untouched["detected_items"] == []
    empty = correct({"edit": "leftovers", "result": untouched})
    assert kcal(empty) == pytest.approx(kcal(result), abs=3)


def test_what_is_left_is_weighed_by_the_plate_of_the_meal(result, correct) -> None:
    meal = correct({"edit": "scale", "plate_diameter_cm": 40})
    assert kcal(meal) > 1.2 * kcal(result)
    after = correct({"edit": "leftovers", "result": result}, before=meal)
    assert kcal(after) < 0.1 * kcal(meal)


def test_a_food_added_where_another_was_removed_takes_none_of_its_outline(result, correct) -> None:
    last = max(item["id"] for item in result["detected_items"])
    after = correct({"edit": "remove", "id": last}, {"edit": "add", "food": "olive oil"})
    assert named(after, "olive oil")["mask"] is None


def test_a_correction_keeps_what_was_said_of_the_photo(client, result, correct) -> None:
    form = {"mode": "ml_only", "reference": "1 euro"}
    with MEAL.open("rb") as photo:
        meal = client.post("/api/analyze", files={"image": photo}, data=form).json()
    egg = named(meal, "egg")
    renamed = correct({"edit": "rename", "id": egg["id"], "food": "tofu"}, before=meal)
    assert renamed["warnings"] == meal["warnings"] != []
    assert correct({"edit": "scale", "plate_diameter_cm": 24}, before=renamed)["warnings"] == []


@pytest.mark.parametrize(
    ("reference", "why"), [("1 euro", "No coin was found"), ("a spoon", "no coin or card called 'a spoon'")]
)
def test_a_reference_that_cannot_be_used_is_told_and_changes_nothing(client, result, reference, why) -> None:
    form = {"mode": "ml_only", "reference": reference}
    with MEAL.open("rb") as photo:
        answer = client.post("/api/analyze", files={"image": photo}, data=form).json()
    assert any(why in warning for warning in answer["warnings"])
    assert answer["detected_items"] == result["detected_items"]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"edit": "rename", "id": 1, "food": "qwertzuiop asdf"}, "."),
        ({"edit": "rename", "id": 99, "food": "rice"}, "no food with the id 99"),
        ({"edit": "weigh", "id": 1, "grams": 90_000}, "at most 5,000 g"),
        ({"edit": "weigh", "id": 1, "grams": -1}, "grams"),
        ({"edit": "measure", "id": 1, "amount": 1, "measure": "hogshead"}, "give grams instead"),
        ({"edit": "eat", "share": 1.5}, "at most all"),
        ({"edit": "merge", "ids": [1]}, "Choose two or more"),
        ({"edit": "scale"}, "Please give one of these"),
        ({"edit": "scale", "object": "1 euro"}, "mark two points"),
        ({"edit": "dance"}, "dance"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(client, result, edit, sentence) -> None:
    answer = client.post("/api/recalculate", json={"result": result, "edits": [edit]})
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", json.dumps({"result": {}, "edits": []}).encode()])
def test_what_is_no_result_is_a_sentence(client, body) -> None:
    answer = client.post("/api/recalculate", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_a_point_outlines_the_food_below_it_and_the_photo_is_sent_once(client, result, correct) -> None:
    bread = named(result, "bread")
    x0, y0, x1, y1 = bread["bbox"]
    form = {"points": json.dumps([[(x0 + x1) / 2, (y0 + y1) / 2]])}
    with MEAL.open("rb") as photo:
        first = client.post("/api/segment", files={"image": photo}, data=form).json()
    again = client.post("/api/segment", data=form | {"image_key": first["image"]["key"]}).json()
    assert first["item"] == again["item"]
    assert first["image"] == result["image"]
    assert again["item"]["label"] == "bread"
    assert again["item"]["bbox"] == pytest.approx(bread["bbox"], abs=24)
    boxed = client.post(
        "/api/segment", data={"image_key": first["image"]["key"], "box": json.dumps(bread["bbox"])}
    ).json()
    assert boxed["item"]["bbox"] == pytest.approx(bread["bbox"], abs=24)
    item = again["item"]
    gone = correct({"edit": "remove", "id": bread["id"]})
    back = correct(
        {"edit": "outline", **{key: item[key] for key in ("mask", "label", "confidence", "candidates")}},
        before=gone,
    )
    assert named(back, "bread")["mass_g"] == pytest.approx(bread["mass_g"], rel=0.25)


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"points": "[[5, 5]]", "image_key": "0" * 64}, 410, "send it again"),
        ({"points": "[[5, 5]]"}, 400, "add a photo"),
        ({"points": "[[5]]"}, 400, "[[x, y]]"),
        ({"points": "nonsense"}, 400, "[[x, y]]"),
        ({"points": "[" * 100_000}, 400, "[[x, y]]"),
        ({"points": "[]"}, 400, "a point on the food"),
        ({"points": "[[1e9, 5]]"}, 400, "within the photo"),
        ({"points": "[[5, 5]]", "labels": "[0]"}, 400, "a point on the food"),
        ({"box": "[5, 5, 6, 6]"}, 400, "larger box"),
    ],
)
def test_a_prompt_that_does_not_fit_is_a_sentence(client, result, form, status, sentence) -> None:
    known = {"image_key": result["image"]["key"]} if "photo" not in sentence or "within" in sentence else {}
    answer = client.post("/api/segment", data=known | form)
    assert (answer.status_code, sentence in answer.json()["error"]) == (status, True)


def test_foods_are_found_as_one_types(client) -> None:
    foods = client.get("/api/foods", params={"query": "tomat", "limit": 3}).json()["foods"]
    assert "tomato" in foods[0]["name"].casefold()
    assert client.get("/api/foods", params={"limit": 3}).status_code == 400


def test_things_of_known_size_are_listed(client) -> None:
    references = client.get("/api/references").json()["references"]
    assert {"name": "1 euro", "kind": "coin", "size_cm": 2.325} in references
