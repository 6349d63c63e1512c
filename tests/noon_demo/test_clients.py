"""Other clients than those that Noon is tested with throughout, where they are installed.

GRADIO_CLIENT_JS is the folder of `@gradio/client`, where `npm install` put it; GRADIO_CLIENT_PYTHON is a
Python with another `gradio_client`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.chromium import MEAL

NODE = """
import {{ readFileSync }} from "node:fs";
import {{ pathToFileURL }} from "node:url";
const {{ Client, handle_file }} = await import(pathToFileURL("{package}/dist/index.js"));
const app = await Client.connect("{server}");
const photo = new Blob([readFileSync("{meal}")], {{ type: "image/jpeg" }});
const asked = {{ image: handle_file(photo), question: "How much protein?" }};
const {{ data }} = await app.predict("/analyze", asked);
const [drawn, result] = data;
const picture = await (await fetch(drawn.url)).blob();
console.log(JSON.stringify({{ result, bytes: picture.size }}));
process.exit(0);
"""

PYTHON = """
import json, sys
from gradio_client import Client, handle_file
server, meal = sys.argv[1:]
client = Client(server, verbose=False)
drawn, result = client.predict(image=handle_file(meal), question="How much protein?", api_name="/analyze")
found = client.predict(image=handle_file(meal), api_name="/detect")
job = client.submit(image=handle_file(meal), question="Is it vegan?", api_name="/analyze")
job.result()
try:
    client.predict(image=handle_file(meal), mode="magic", api_name="/analyze")
except Exception as error:
    refused = str(error)
print(json.dumps([result, found, len(job.outputs()), refused, open(drawn, "rb").read(2).hex()]))
"""


def installed(name: str) -> str:
    """The program's path; skips the test without it."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"no {name} on this machine")
    return path


def output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_curl_sends_a_form_and_gets_json(server):
    form = ["-F", f"image=@{MEAL}", "-F", "question=How much protein?", "-F", "plate_diameter_cm=26"]
    result = json.loads(output(installed("curl"), "-sS", *form, f"{server}/api/analyze"))
    assert result["detected_items"]
    assert "protein" in result["insights"]


def test_curl_reads_results_as_they_grow(server):
    form = ["-N", "-H", "Accept: text/event-stream", "-F", f"image=@{MEAL}"]
    events = output(installed("curl"), "-sS", *form, f"{server}/api/analyze").split("\n\n")
    assert json.loads(events[0].removeprefix("data: "))["insights"] == ""


def test_node_gets_the_result_and_the_picture(server, tmp_path):
    package = Path(os.environ.get("GRADIO_CLIENT_JS", "node_modules/@gradio/client")).resolve()
    if not (package / "dist" / "index.js").is_file():
        pytest.skip("no @gradio/client: npm install @gradio/client, or its folder in GRADIO_CLIENT_JS")
    script = tmp_path / "client.mjs"
    script.write_text(NODE.format(package=package, server=server, meal=MEAL))
    told = json.loads(output(installed("node"), script))
    assert "protein" in told["result"]["insights"]
    assert told["bytes"] > 10_000


def test_another_gradio_client_gets_the_same(server, tmp_path):
    python = os.environ.get("GRADIO_CLIENT_PYTHON")
    if python is None:
        pytest.skip("no Python with another gradio_client in GRADIO_CLIENT_PYTHON")
    (tmp_path / "client.py").write_text(PYTHON)
    result, found, partial, refused, magic = json.loads(
        output(python, tmp_path / "client.py", server, MEAL).splitlines()[-1]
    )
    assert "protein" in result["insights"]
    assert len(found["detected_items"]) == len(result["detected_items"])
    assert partial > 1
    assert "There is no mode" in refused
    assert magic == "ffd8"
