"""Home meals with hand-drawn masks: the dish as drawn, and the food on it without the plate's rim."""

from __future__ import annotations

from pathlib import Path

from ml.data.photos import OutlinedPhoto, components, read_image, read_levels, write_masks
from ml.data.trimming import trim_plate

SIDE, GLASS = 100, 200
"""Grey levels: what lies beside dishes, such as fruit and bread; glasses and cups. Higher levels are dishes,
mostly drawn along the plate."""


def load_meals(folder: Path, cache: Path) -> list[OutlinedPhoto]:
    """Every photo with a dish; `foods` are trimmed of their plates, `dishes` are the masks as drawn.

    Trimmed masks are computed once and kept in `cache` as label maps.
    """
    photos = []
    for path in sorted((folder / "images").iterdir()):
        foods, dishes = cache / f"{path.stem}.png", cache / f"{path.stem}_dishes.png"
        if not foods.exists():
            image = read_image(path)
            drawn = read_levels(folder / "masks" / f"{path.stem}.png")
            parts = components(drawn > GLASS, min_area=400) + components(drawn == SIDE, min_area=400)
            if not parts:
                continue
            write_masks(dishes, parts)
            write_masks(foods, [trim_plate(image, part) for part in parts])
        photos.append(OutlinedPhoto(path, foods, group=path.stem, dishes=dishes))
    return photos
