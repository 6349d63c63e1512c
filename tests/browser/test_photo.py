"""How a photo comes onto the page: every way in, every kind of file, and nothing lost by a bad one."""

from __future__ import annotations

import base64
import io

import httpx
import numpy as np
import PIL.Image
import pillow_heif
import pytest
from playwright.sync_api import Page, Response, expect

from tests.chromium import ANSWER_MS, MEAL, PHONE, analyze, choose, hold

DROP = """(target, [data, name, type]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const event = target === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.querySelector("h1").dispatchEvent(event);
}"""
CAMERA = """() => {
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    window.wanted = wanted;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 480];
    const context = canvas.getContext("2d");
    setInterval(() => {
      context.fillStyle = "#f00";
      context.fillRect(0, 0, 320, 480);
      context.fillStyle = "#00f";
      context.fillRect(320, 0, 320, 480);
    }, 50);
    return canvas.captureStream();
  };
}"""
PIZZA = MEAL.with_name("pizza.jpg")
SETTLE_MS = 1000
"""After which whatever comes late would have come."""
SLOWLY = """() => {
  const open = navigator.mediaDevices.getUserMedia;
  window.streams = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    streams.push(stream);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return stream;
  };
}"""
"""Has the camera take its time, as while the visitor is asked."""
REFUSAL = """(name) => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", name); };
}"""


@pytest.fixture
def page(open_page) -> Page:
    return open_page(viewport=PHONE)


def sent(page: Page) -> PIL.Image.Image:
    """The photo as the server got it."""
    address = page.locator("#photo img").get_attribute("src")
    return PIL.Image.open(io.BytesIO(httpx.get(address).content))


def analyses(server: str) -> int:
    return httpx.get(f"{server}/api/health").json()["counts"]["analyses"]


def expect_photo(page: Page) -> None:
    expect(page.locator("#photo .noon-said")).to_have_text("Photo added.")
    expect(page.locator("#photo img")).not_to_have_js_property("naturalWidth", 0)


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_photo_is_pasted_and_dropped_anywhere(open_page, way):
    page = open_page()
    data = base64.b64encode(MEAL.read_bytes()).decode()
    page.evaluate(f"([way, file]) => ({DROP})(way, file)", [way, [data, "meal.jpg", "image/jpeg"]])
    expect_photo(page)


def test_what_is_no_photo_is_refused_in_a_sentence_and_the_photo_stays(page: Page, tmp_path):
    choose(page, MEAL)
    (tmp_path / "list.txt").write_text("eggs")
    page.set_input_files("#photo .noon-file", tmp_path / "list.txt")
    expect(page.locator("#photo").get_by_role("alert")).to_contain_text("That is not a photo; choose a JPEG")
    expect(page.locator("#photo img")).to_be_visible()


@pytest.mark.parametrize("name", ["IMG_1.HEIC", "IMG_1.heif"])
def test_an_iphone_photo_without_a_type_is_shown_before_it_is_analysed(page: Page, tmp_path, name):
    pillow_heif.from_pillow(PIL.Image.open(MEAL)).save(tmp_path / "meal.heic")
    file = {"name": name, "mimeType": "", "buffer": (tmp_path / "meal.heic").read_bytes()}
    page.set_input_files("#photo .noon-file", file)
    expect(page.locator("#photo img")).to_have_js_property("naturalWidth", PIL.Image.open(MEAL).width)


def test_a_large_photo_is_scaled_down_upright_before_it_is_sent(page: Page, tmp_path):
    picture = PIL.Image.open(MEAL).resize((4000, 3000))
    exif = picture.getexif()
    exif[0x0112] = 6  # to be turned by a quarter
    picture.save(tmp_path / "large.jpg", exif=exif)
    choose(page, tmp_path / "large.jpg")
    expect_photo(page)
    arrived = sent(page)
    assert arrived.size == (1536, 2048)
    assert not arrived.getexif().get(0x0112)


def test_a_small_photo_is_sent_as_it_is(page: Page):
    choose(page, MEAL)
    expect_photo(page)
    assert httpx.get(page.locator("#photo img").get_attribute("src")).content == MEAL.read_bytes()


@pytest.mark.parametrize("name", ["lunch #2.jpg", "my%20lunch.jpg"])
def test_whatever_a_photo_is_called_it_is_seen_below_its_outlines_and_kept(page: Page, name):
    analyze(page, {"name": name, "mimeType": "image/jpeg", "buffer": MEAL.read_bytes()})
    address = page.locator(".meal-canvas image").get_attribute("href")
    assert page.request.get(address).body() == MEAL.read_bytes()
    expect(page.locator("#bar .noon-said")).to_be_empty()
    expect(page.locator("#input")).to_be_hidden()


def test_a_photo_chosen_while_an_iphones_is_read_stays(page: Page, tmp_path):
    large = PIL.Image.open(MEAL).resize((3600, 2700))
    pillow_heif.from_pillow(large).save(tmp_path / "large.heic")

    def is_read(answer: Response) -> bool:
        return "/run/" in answer.url and ".heic" in answer.request.post_data

    with page.expect_response(is_read, timeout=ANSWER_MS):
        choose(page, tmp_path / "large.heic")
        choose(page, MEAL)
    page.wait_for_timeout(SETTLE_MS)
    assert sent(page).size == PIL.Image.open(MEAL).size
    page.click("#analyze")
    expect(page.locator(".meal-energy")).to_be_visible()


def test_an_example_pressed_while_a_photo_is_sent_takes_its_place(page: Page):
    hold(page, "**/gradio_api/upload*")
    page.set_input_files("#photo .noon-file", MEAL)
    expect(page.locator("#photo .noon-said")).to_have_text("Adding the photo …")
    page.locator("#examples button").first.click()
    expect(page.locator("#photo [data-state=shown]:not([aria-busy])")).to_be_attached()
    expect(page.locator("#photo .noon-said")).to_be_empty()


@pytest.mark.parametrize("earlier", [None, MEAL])
def test_analyze_waits_for_a_photo_that_is_being_sent(page: Page, earlier):
    if earlier:
        choose(page, earlier)
    sending = hold(page, "**/gradio_api/upload*")
    page.set_input_files("#photo .noon-file", PIZZA)
    expect(page.locator("#photo .noon-said")).to_have_text("Adding the photo …")
    page.click("#analyze")
    page.wait_for_timeout(SETTLE_MS)
    sending.first().continue_()
    expect(page.locator("#meal")).to_contain_text("pizza", ignore_case=True)
    expect(page.locator("#message")).to_be_empty()
    expect(page.locator("#earlier")).to_be_empty()
    expect(page.locator("#input")).to_be_hidden()


def test_an_example_pressed_after_analyze_takes_the_place_of_a_photo_being_sent(page: Page, server: str):
    sending = hold(page, "**/gradio_api/upload*")
    page.set_input_files("#photo .noon-file", PIZZA)
    expect(page.locator("#photo .noon-said")).to_have_text("Adding the photo …")
    page.click("#analyze")
    page.locator("#examples button", has_text="Rice").click()
    expect(page.locator("#insight footer")).to_be_visible()
    before = analyses(server)
    with page.expect_response("**/gradio_api/upload*"):
        sending.first().continue_()
    page.wait_for_timeout(SETTLE_MS)
    assert analyses(server) == before
    expect(page.locator("#meal")).to_contain_text("rice", ignore_case=True)


def test_analyze_does_not_wait_for_a_photo_that_could_not_be_sent(page: Page):
    sending = hold(page, "**/gradio_api/upload*")
    page.set_input_files("#photo .noon-file", PIZZA)
    expect(page.locator("#photo .noon-said")).to_have_text("Adding the photo …")
    page.click("#analyze")
    sending.first().abort()
    expect(page.locator("#photo").get_by_role("alert")).to_contain_text("could not be sent")
    expect(page.locator("#message")).to_have_text("Please add a photo of a meal.")


def test_what_is_no_photo_ends_no_upload(page: Page, tmp_path):
    (tmp_path / "list.txt").write_text("eggs")
    sending = hold(page, "**/gradio_api/upload*")
    page.set_input_files("#photo .noon-file", MEAL)
    expect(page.locator("#photo .noon-said")).to_have_text("Adding the photo …")
    page.set_input_files("#photo .noon-file", tmp_path / "list.txt")
    expect(page.locator("#photo").get_by_role("alert")).to_contain_text("That is not a photo")
    sending.first().continue_()
    expect_photo(page)


def test_the_rear_camera_takes_an_unmirrored_photo(open_page):
    page = open_page()
    page.evaluate(CAMERA)
    page.get_by_role("button", name="Take a photo").click()
    expect(page.locator("#camera video")).to_have_js_property("videoWidth", 640)
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Take the photo").click()
    expect_photo(page)
    assert page.evaluate("window.wanted.video.facingMode.ideal") == "environment"
    left, _, right = np.asarray(sent(page).convert("RGB"))[240, 20].tolist()
    assert left > 200 > right


def test_a_camera_that_is_opened_twice_is_closed(open_page):
    page = open_page()
    page.evaluate(CAMERA)
    page.evaluate(SLOWLY)
    page.get_by_role("button", name="Take a photo").dblclick()
    page.wait_for_function("window.streams.length === 2")
    page.wait_for_timeout(SETTLE_MS)
    page.locator("#camera").get_by_role("button", name="Close").click()
    page.wait_for_function("streams.every((stream) => !stream.active)")


@pytest.mark.parametrize(
    ("error", "sentence"), [("NotAllowedError", "not allowed"), ("NotFoundError", "No camera was found")]
)
def test_a_camera_that_is_refused_or_missing_is_told(open_page, error, sentence):
    page = open_page()
    page.evaluate(REFUSAL, error)
    page.get_by_role("button", name="Take a photo").click()
    expect(page.locator("#photo").get_by_role("alert")).to_contain_text(sentence)


def test_on_a_phone_its_own_camera_opens(open_page):
    page = open_page(viewport=PHONE)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Take a photo").tap()
    assert chooser.value.element.get_attribute("capture") == "environment"


def test_a_removed_photo_makes_room_for_another(page: Page):
    choose(page, MEAL)
    page.get_by_label("Remove photo").click()
    expect(page.get_by_role("heading", name="Add a photo of your meal")).to_be_visible()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_focused()
