"""What an agent gets: tools by the Model Context Protocol, used with its official client."""

from __future__ import annotations

import asyncio
import base64
import io
import json

import httpx
import PIL.Image
import PIL.ImageOps
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from pydantic import BaseModel

from noon_demo.schemas import AnalysisResponse, DetectionResponse, HealthResponse, LookupResponse
from tests.chromium import MEAL

REQUIRED = {
    "analyze": ["image"],
    "detect": ["image"],
    "segment": [],
    "recalculate": ["result", "edits"],
    "lookup": ["food"],
    "health": [],
}
PHOTO = f"data:image/jpeg;base64,{base64.b64encode(MEAL.read_bytes()).decode()}"


def use(server: str, *calls: tuple[str, dict], told=None, slash: str = "/"):
    """The tools there are, and the answer to each call, within one session."""

    async def session_():
        async with (
            streamablehttp_client(f"{server}/gradio_api/mcp{slash}") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            return tools, [
                await session.call_tool(name, arguments, progress_callback=told) for name, arguments in calls
            ]

    return asyncio.run(session_())


def test_six_tools_say_what_they_take_and_give(server):
    tools, _ = use(server)
    assert {tool.name for tool in tools} == set(REQUIRED)
    assert {tool.name: tool.inputSchema.get("required", []) for tool in tools} == REQUIRED
    for tool in tools:
        assert tool.description
        assert tool.outputSchema["type"] == "object"
        assert all(argument["description"] for argument in tool.inputSchema["properties"].values())


def never_sent_before() -> str:
    """The meal mirrored, which no other test has had analysed: all stages of it are told."""
    with PIL.Image.open(MEAL) as photo, io.BytesIO() as file:
        PIL.ImageOps.mirror(photo).save(file, "JPEG")
        return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def test_a_photo_becomes_json_and_a_picture(server):
    stages: list[str] = []

    async def told(_done, _all, message):
        stages.append(message)

    asked = {"image": never_sent_before(), "question": "How much protein?"}
    _, (answer,) = use(server, ("analyze", asked), told=told)
    assert not answer.isError
    result = AnalysisResponse.model_validate(answer.structuredContent)
    assert result.detected_items
    assert "protein" in result.insights
    picture, text = answer.content
    assert (picture.type, picture.mimeType) == ("image", "image/jpeg")
    assert PIL.Image.open(io.BytesIO(base64.b64decode(picture.data))).format == "JPEG"
    assert json.loads(text.text) == answer.structuredContent
    assert len(text.text) < 30_000
    assert {"Reading the photo", "Naming each food", "Writing the insight"} <= set(stages)


def test_the_other_tools_answer_in_json_too(server):
    calls = [("detect", {"image": PHOTO}), ("lookup", {"food": "boiled rice"}), ("health", {})]
    _, answers = use(server, *calls, slash="")
    schemas: tuple[type[BaseModel], ...] = (DetectionResponse, LookupResponse, HealthResponse)
    for answer, schema in zip(answers, schemas, strict=True):
        assert not answer.isError
        schema.model_validate(answer.structuredContent)
        assert json.loads(answer.content[-1].text) == answer.structuredContent
    assert "rice" in answers[1].structuredContent["foods"][0]["description"].lower()


def test_an_agent_corrects_what_it_was_told(server):
    _, (meal,) = use(server, ("analyze", {"image": PHOTO, "mode": "ml_only"}))
    first = meal.structuredContent["detected_items"][0]
    key = meal.structuredContent["image"]["key"]
    edits = [{"edit": "weigh", "id": first["id"], "grams": 2 * first["mass_g"]}]
    x0, y0, x1, y1 = first["bbox"]
    _, (corrected, outlined) = use(
        server,
        ("recalculate", {"result": meal.structuredContent, "edits": edits}),
        ("segment", {"image_key": key, "image": PHOTO, "points": [[(x0 + x1) // 2, (y0 + y1) // 2]]}),
    )
    assert corrected.structuredContent["detected_items"][0]["mass_g"] == pytest.approx(
        2 * first["mass_g"], 0.01
    )
    assert outlined.structuredContent["item"]["outline"]


SENTENCES = {
    "a path": ("analyze", {"image": "/home/me/lunch.jpg"}, "Please send the photo as an https address or as"),
    "a file's address": ("detect", {"image": "file:///etc/passwd"}, "Please send the photo as an https"),
    "broken base64": ("detect", {"image": "data:image/jpeg;base64,%%%"}, "Please send the photo as an https"),
    "no image": ("detect", {"image": "data:image/jpeg;base64,aGVsbG8="}, "This file is not an image"),
    "a host of this network": (
        "analyze",
        {"image": "http://127.0.0.1/lunch.jpg"},
        "The photo can't be fetched from 127.0.0.1; check the address, or send the photo itself.",
    ),
    "no such host": (
        "analyze",
        {"image": "https://no.such.host.invalid/a.jpg"},
        "The photo can't be fetched",
    ),
    "no photo": (
        "analyze",
        {},
        "Please give image; the arguments are image, question, mode, plate_diameter_cm.",
    ),
    "an unknown argument": (
        "lookup",
        {"food": "rice", "limit": 3},
        'There is no argument "limit"; the arguments are food.',
    ),
    "an unknown mode": (
        "analyze",
        {"image": PHOTO, "mode": "magic"},
        'There is no mode "magic"; choose one of hybrid, ml_only, llava_only.',
    ),
    "no plate": ("analyze", {"image": PHOTO, "plate_diameter_cm": 500}, "Please give plate_diameter_cm as"),
    "no number": (
        "analyze",
        {"image": PHOTO, "plate_diameter_cm": "big"},
        "Please correct plate_diameter_cm",
    ),
    "a blank name": ("lookup", {"food": " "}, "Please name a food to look up"),
    "no edit": ("recalculate", {"result": {}, "edits": []}, "Please"),
    "no point": ("segment", {"image": PHOTO}, "Please give a point on the food, or a box around it."),
    "an unknown tool": (
        "cook",
        {},
        'There is no tool "cook"; choose one of analyze, detect, segment,',
    ),
}


def test_what_cannot_be_done_is_told_in_one_sentence(server):
    _, answers = use(server, *((name, arguments) for name, arguments, _ in SENTENCES.values()))
    for case, (_, _, sentence), answer in zip(SENTENCES, SENTENCES.values(), answers, strict=True):
        assert answer.isError, case
        (text,) = answer.content
        assert text.text.startswith(sentence), (case, text.text)
        assert text.text.endswith("."), (case, text.text)
        assert "\n" not in text.text, case


def test_the_hub_finds_the_tools_without_the_protocol(server):
    tools = httpx.get(f"{server}/gradio_api/mcp/schema").json()
    assert {tool["name"] for tool in tools} == set(REQUIRED)


def test_a_large_photo_is_let_in(server):
    data = base64.b64encode(bytes(20 * 2**20)).decode()
    _, (answer,) = use(server, ("detect", {"image": f"data:image/png;base64,{data}"}))
    assert answer.content[0].text.startswith("This file is not an image")
