"""Products by their barcode, from Open Food Facts, whose database is under the Open Database License.

The API is described at https://openfoodfacts.github.io/openfoodfacts-server/api/.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from operator import attrgetter
from typing import Any

import httpx
from cachetools import LRUCache, cachedmethod
from pydantic import BaseModel, ConfigDict, ValidationError

from noon_demo.schemas import ProductJson
from noon_demo.watching import logs

logger = logging.getLogger(__name__)

SERVER = "https://world.openfoodfacts.org"
LICENCE = "Open Database License (ODbL) 1.0"
TIMEOUT_S = 3.0
"""For all look-ups of a photo together: a result doesn't wait longer for them."""
MAX_BYTES = 2**20
KEPT = 256
"""Products in memory."""
HEADERS = {"User-Agent": "Noon/0.1 (a demo that reads barcodes in photos of meals)"}
FIELDS = ("product_name", "brands", "quantity", "nutriments")
NUTRIENTS = {
    "calories": ("energy-kcal_100g", 1),
    "protein_g": ("proteins_100g", 1),
    "carb_g": ("carbohydrates_100g", 1),
    "fat_g": ("fat_100g", 1),
    "fiber_g": ("fiber_100g", 1),
    "sugar_g": ("sugars_100g", 1),
    "sodium_mg": ("sodium_100g", 1000),
    "saturated_fat_g": ("saturated-fat_100g", 1),
}
"""Ours by theirs, with the factor between the units."""


class _Product(BaseModel):
    model_config = ConfigDict(extra="ignore")

    product_name: str = ""
    brands: str = ""
    quantity: str = ""
    nutriments: dict[str, Any] = {}


class _Answer(BaseModel):
    status: int
    product: _Product = _Product()


class OpenFoodFacts:
    """Looks products up at `server`; safe to share between threads."""

    def __init__(self, server: str = SERVER) -> None:
        self._server = server.rstrip("/")
        self._known: LRUCache[str, ProductJson | None] = LRUCache(KEPT)
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(thread_name_prefix="open food facts")

    def products(self, barcodes: Iterable[str]) -> dict[str, ProductJson | None]:
        """The product of each barcode, None where it isn't known or isn't told within `TIMEOUT_S`.

        All are asked for side by side.
        """
        asked = {barcode: self._threads.submit(self._product, barcode) for barcode in set(barcodes)}
        told, late = wait(asked.values(), TIMEOUT_S)
        for look_up in late:
            look_up.cancel()
        return {barcode: look_up.result() if look_up in told else None for barcode, look_up in asked.items()}

    def _product(self, barcode: str) -> ProductJson | None:
        try:
            return self._fetch(barcode)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValidationError) as error:
            logger.warning("Open Food Facts gave no answer: %s", logs.fault(error))
            return None

    @cachedmethod(attrgetter("_known"), lock=attrgetter("_lock"))
    def _fetch(self, barcode: str) -> ProductJson | None:
        until = time.monotonic() + TIMEOUT_S
        data = bytearray()
        address = f"{self._server}/api/v2/product/{barcode}.json"
        fields = {"fields": ",".join(FIELDS)}
        with httpx.stream("GET", address, params=fields, headers=HEADERS, timeout=TIMEOUT_S) as answer:
            if answer.status_code != httpx.codes.NOT_FOUND:
                answer.raise_for_status()
            for chunk in answer.iter_bytes():
                data += chunk
                if len(data) > MAX_BYTES or time.monotonic() > until:
                    raise TimeoutError
        told = _Answer.model_validate_json(data)
        if told.status != 1:
            return None
        return ProductJson(
            name=told.product.product_name,
            brand=told.product.brands,
            quantity=told.product.quantity,
            nutrition_per_100g=_nutrition(told.product.nutriments),
            source="Open Food Facts",
            licence=LICENCE,
            url=f"{self._server}/product/{barcode}",
        )


def connect(setting: str) -> OpenFoodFacts | None:
    """As the setting `open_food_facts` says: "0" for none, "1" for the public server, or one's address."""
    if setting == "0":
        return None
    return OpenFoodFacts() if setting == "1" else OpenFoodFacts(setting)


def _nutrition(given: dict[str, Any]) -> dict[str, float]:
    """What of a product's nutrition is known, in our names and units."""
    values = {name: (given.get(theirs), factor) for name, (theirs, factor) in NUTRIENTS.items()}
    return {
        name: round(value * factor, 1)
        for name, (value, factor) in values.items()
        if isinstance(value, int | float)
    }
