"""What a form sent to `/api` may hold, and the sentences for what it may not."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from noon_demo.edits import correction
from noon_demo.errors import RequestError
from noon_demo.requests import MAX_PLATE_CM, MIN_PLATE_CM, MODES, NOT_A_PLATE
from noon_demo.schemas import MOST_TAUGHT

Photo = Annotated[UploadFile, File(description="JPEG, PNG, WebP or HEIC of at most 25 MB")]
Question = Annotated[
    str, Form(description="What to ask about the meal; may be left out", examples=["Is it enough protein?"])
]
Query = Annotated[str, Form(description="The same as question, as earlier scripts name it", deprecated=True)]
Mode = Annotated[
    str,
    Form(
        description="hybrid for all of it, ml_only without an insight, llava_only by a LLaVA model alone",
        examples=list(MODES),
    ),
]
PlateDiameter = Annotated[
    float | None,
    Form(
        ge=MIN_PLATE_CM,
        le=MAX_PLATE_CM,
        description="What the plate measures from rim to rim, which makes the amounts surer; may be left out",
        examples=[26],
    ),
]

Taught = Annotated[
    str,
    Form(
        description='JSON: [{"name": ..., and what /api/teach returned}, ...], foods to know again; '
        f"at most {MOST_TAUGHT}",
        examples=["[]"],
    ),
]


Reference = Annotated[
    str,
    Form(
        description="A coin or card in the photo, of those that /references lists; may be left out",
        examples=["1 euro"],
    ),
]


class NoFormError(RequestError):
    """A request that isn't the form that a route takes."""

    status = 415


async def only_known_fields(request: Request) -> None:
    """A dependency of a route that takes a form. Raises `RequestError` for a field that the route hasn't."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = [field.alias for field in route.dependant.body_params]
    for name in await request.form():
        if name not in known:
            raise RequestError(f'There is no field "{name[:40]}"; the fields are {", ".join(known)}.')


def unfit(request: Request, error: RequestValidationError) -> RequestError:
    """What to tell of a request without what its route needs."""
    first = error.errors()[0]
    if not request.url.path.endswith("/analyze"):
        return RequestError(correction(first | {"loc": first["loc"][1:]}))
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return NoFormError("Please send the photo as multipart/form-data in the field image.")
    if first["loc"][-1] == "plate_diameter_cm":
        return RequestError(NOT_A_PLATE)
    return RequestError("Please add a photo of a meal as a file in the field image.")
