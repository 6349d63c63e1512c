"""Noon behind a real nginx that serves it below a path: every address in what it sends leads back to it."""

from __future__ import annotations

import httpx
import PIL.Image
import pytest
from gradio_client import Client, handle_file

from tests.chromium import MEAL
from tests.conftest import served
from tests.nginx import KEPT, STRIPPED, nginx


@pytest.fixture(scope="module")
def proxy(server, tmp_path_factory):
    with nginx(server, tmp_path_factory.mktemp("nginx")) as url:
        yield url


@pytest.mark.parametrize("path", [STRIPPED, KEPT])
def test_a_client_analyses_a_photo_and_downloads_the_picture(proxy, path):
    client = Client(f"{proxy}{path}/", verbose=False)
    drawn, result = client.predict(image=handle_file(MEAL), mode="ml_only", api_name="/analyze")
    assert result["detected_items"]
    assert PIL.Image.open(drawn).format == "JPEG"


@pytest.mark.parametrize("path", [STRIPPED, KEPT])
def test_plain_http_works_and_its_description_says_where(proxy, path):
    photo = {"image": MEAL.read_bytes() + bytes(2**20)}  # more than a request may hold that isn't for photos
    answer = httpx.post(f"{proxy}{path}/api/analyze", files=photo, data={"mode": "ml_only"}, timeout=120)
    assert answer.status_code == 200
    assert answer.json()["detected_items"]
    assert httpx.get(f"{proxy}{path}/api/health").json()["status"] == "ready"
    description = httpx.get(f"{proxy}{path}/api/openapi.json").json()
    assert description["servers"] == [{"url": f"{path}/api"}]


@pytest.mark.parametrize("path", [STRIPPED, KEPT])
def test_addresses_in_the_page_have_the_prefix(proxy, path):
    config = httpx.get(f"{proxy}{path}/config").json()
    assert config["root"] == f"{proxy}{path}"


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "noon", "/a b", '/"><script>', "/../..", "http://evil.example"]
)
def test_a_prefix_that_is_no_path_is_ignored(server, prefix):
    config = httpx.get(f"{server}/config", headers={"X-Forwarded-Prefix": prefix}).json()
    assert config["root"] == server


def test_a_foreign_name_is_refused_whatever_is_said_to_be_forwarded(server):
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost", "X-Forwarded-Prefix": "/noon"}
    assert httpx.get(f"{server}/api/health", headers=headers).status_code == 421


def test_a_prefix_may_be_set_where_the_proxy_does_not_tell_it(tmp_path):
    with served(tmp_path, GRADIO_ROOT_PATH="/noon/") as url:
        for path in ("/", "/noon/"):
            assert httpx.get(f"{url}{path}config").json()["root"] == f"{url}/noon"
        assert httpx.get(f"{url}/api/openapi.json").json()["servers"] == [{"url": "/noon/api"}]
