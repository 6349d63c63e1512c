"""What the documents point to is there, and the example in them runs."""

import importlib.util
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT, environment

MADE = re.compile(r"^(\.|build/|outputs/)")
DOCUMENTS = sorted(path for path in ROOT.rglob("*.md") if not MADE.match(str(path.relative_to(ROOT))))
LINK = re.compile(r"\]\(([^)\s]+)\)")
MODULE = re.compile(r"python -m ((?:ml|noon_demo|tests)[\w.]*)")
TARGET = re.compile(r"`(?:[^`\n]*&& )?make ([a-z-]+)|^ *make ([a-z-]+)", re.MULTILINE)


def named(document) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_lead_to_files(document):
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    assert not [link for link in links if not (document.parent / link.partition("#")[0]).exists()]


def test_assets_that_are_named_are_there():
    naming = [*DOCUMENTS, ROOT / "Makefile", *(ROOT / ".github" / "workflows").iterdir()]
    assets = {name for path in naming for name in re.findall(r"\bassets/[\w/-]+\.\w+", path.read_text())}
    assert "assets/examples/shakshuka.jpg" in assets
    assert not [name for name in assets if not (ROOT / name).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_commands_are_there(document):
    text = document.read_text()
    assert not [module for module in MODULE.findall(text) if importlib.util.find_spec(module) is None]
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {first or second for first, second in TARGET.findall(text)} <= known


def test_the_models_can_be_used_as_their_readme_says():
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "ml" / "README.md").read_text(), re.DOTALL)
    command = [sys.executable, "-c", example]
    printed = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True, check=True, timeout=300
    ).stdout
    *foods, answer = printed.splitlines()
    assert {food.partition(":")[0] for food in foods} == {"shakshuka"}
    assert re.search(r"about [\d.]+ g of protein", answer)


def test_a_space_gets_the_gradio_that_is_required():
    _, front_matter, _ = (ROOT / "README.md").read_text().split("---\n", 2)
    settings = dict(re.findall(r'^(\w+): "?(.+?)"?$', front_matter, re.MULTILINE))
    assert f"gradio[mcp]=={settings['sdk_version']}\n" in (ROOT / "requirements.txt").read_text()
    assert (ROOT / settings["app_file"]).is_file()


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github" / "workflows").iterdir()), ids=named)
def test_workflows_may_only_read_and_run_what_is_pinned(workflow):
    text = workflow.read_text()
    assert re.findall(r"permissions:\n((?: +.*\n)+)", text) == ["  contents: read\n"]
    actions = re.findall(r"uses: (\S+)", text)
    assert actions
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in actions)
