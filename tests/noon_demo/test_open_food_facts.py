"""Products by their barcode, from a local server that speaks the API of Open Food Facts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from noon_demo import config, open_food_facts
from noon_demo.ml_inference import Models, nutrition_response
from noon_demo.open_food_facts import OpenFoodFacts, connect
from noon_demo.service import AnalysisService
from tests.barcodes import EAN, photo_with
from tests.rest_server import host_served

PRODUCT = {
    "product_name": "Oat biscuits",
    "brands": "Example",
    "quantity": "250 g",
    "nutriments": {"energy-kcal_100g": 452, "proteins_100g": 8.1, "sodium_100g": 0.31, "fat_100g": "?"},
}
BUSY_AT_FIRST = "5901234123457"
asked: list[str] = []


class Server(BaseHTTPRequestHandler):
    """One product; codes that are slow, broken, refused or told byte by byte."""

    def do_GET(self) -> None:
        asked.append(self.path)
        code = self.path.split("/")[4].partition(".")[0]
        if code == EAN:
            self.answer(200, json.dumps({"status": 1, "product": PRODUCT}))
        elif code == BUSY_AT_FIRST and asked.count(self.path) == 1:
            self.answer(503, "{}")
        elif code == BUSY_AT_FIRST:
            self.answer(200, json.dumps({"status": 1, "product": PRODUCT}))
        elif code == "1":
            time.sleep(1)
            self.answer(200, json.dumps({"status": 1, "product": PRODUCT}))
        elif code == "2":
            self.answer(200, "<html>")
        elif code == "3":
            self.answer(500, "{}")
        elif code == "4":
            self.answer(200, '{"status": 1, "product": {"nutriments": {"fat_100g": 1e999}}}')
        elif code.startswith("444"):
            for byte in b"HTTP/1.0 200 OK\r\n\r\n":
                self.wfile.write(bytes([byte]))
                time.sleep(0.2)
        else:
            self.answer(404, json.dumps({"status": 0}))

    def answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def facts() -> Iterator[str]:
    with host_served(Server) as url:
        yield url


def test_a_barcode_in_a_photo_names_the_product_and_its_licence(facts):
    settings = config.load(["profile=embedded", f"open_food_facts={facts}"])
    result = AnalysisService(Models(settings), 0).analyze(photo_with(EAN), mode="ml_only")
    (barcode,) = nutrition_response(result).barcodes
    assert (barcode.format, barcode.text) == ("EAN-13", EAN)
    assert barcode.product.model_dump() == {
        "name": "Oat biscuits",
        "brand": "Example",
        "quantity": "250 g",
        "nutrition_per_100g": {"calories": 452, "protein_g": 8.1, "sodium_mg": 310},
        "source": "Open Food Facts",
        "licence": "Open Database License (ODbL) 1.0",
        "url": f"{facts}/product/{EAN}",
    }


def test_a_product_that_could_not_be_told_is_asked_for_again_though_the_photo_is_known(facts):
    settings = config.load(["profile=embedded", f"open_food_facts={facts}"])
    service = AnalysisService(Models(settings), 2**28)
    first, again = (service.analyze(photo_with(BUSY_AT_FIRST), mode="ml_only") for _ in range(2))
    assert first.photo.barcodes[0].product is None
    assert again.photo.barcodes[0].product.name == "Oat biscuits"
    assert "cached" in again.timings_ms
    assert nutrition_response(again).detected_items[0] is nutrition_response(first).detected_items[0]


def test_a_product_is_asked_for_once(facts):
    asked.clear()
    products = OpenFoodFacts(facts)
    told = products.products([EAN, "99", EAN])
    assert told == products.products([EAN, "99"])
    assert (told[EAN].name, told["99"]) == ("Oat biscuits", None)
    assert len(asked) == 2


@pytest.mark.parametrize("code", ["2", "3", "4"])
def test_what_goes_wrong_there_is_logged_and_no_product(facts, code, caplog):
    assert OpenFoodFacts(facts).products([code]) == {code: None}
    assert "Open Food Facts gave no answer" in caplog.text


def test_a_server_that_is_away_or_slow_is_not_waited_for(facts, monkeypatch):
    monkeypatch.setattr(open_food_facts, "TIMEOUT_S", 0.2)
    started = time.monotonic()
    assert OpenFoodFacts(facts).products(["1"]) == {"1": None}
    assert OpenFoodFacts("http://127.0.0.1:9").products([EAN]) == {EAN: None}
    assert time.monotonic() - started < 5


def test_however_many_barcodes_and_however_slowly_they_are_told_it_is_waited_once(facts, monkeypatch):
    monkeypatch.setattr(open_food_facts, "TIMEOUT_S", 1.0)
    slow = [f"444{number}" for number in range(4)]
    started = time.monotonic()
    told = OpenFoodFacts(facts).products([*slow, EAN])
    assert time.monotonic() - started < 3
    assert told.pop(EAN).name == "Oat biscuits"
    assert told == dict.fromkeys(slow)


def test_nobody_is_asked_unless_told_to():
    assert connect(config.load([]).open_food_facts) is None
    assert isinstance(connect("1"), OpenFoodFacts)
    with pytest.raises(
        config.ConfigError, match="open_food_facts must be 0, 1 or the address of a server, not yes"
    ):
        config.load(["open_food_facts=yes"])
