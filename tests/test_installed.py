"""What pip makes of the repository is whole: the command `noon`, and all that the code reads."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, environment
from tests.photos import MEALS

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
PACKAGES = ("assets", "ml", "noon_demo")
ANALYSE = """
import json, sys
from noon_demo.ml_inference import analyze_food_image, format_nutrition_response
print(json.dumps(format_nutrition_response(analyze_food_image(sys.argv[1], "How much protein?"))))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with Noon as pip installs it; its packages come from this environment."""
    source, site = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for pattern in ("pyproject.toml", "*requirements*.txt", "LICENSE", "NOTICE"):
        for file in [*ROOT.glob(pattern), *ROOT.glob(f"tests/{pattern}")]:
            (source / file.relative_to(ROOT)).parent.mkdir(exist_ok=True)
            shutil.copy(file, source / file.relative_to(ROOT))
    alone = ["--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*PIP, "install", "--quiet", *alone, "--target", site, source], check=True, timeout=300)
    return site


def run(site: Path, cwd: Path, *command: str | Path) -> str:
    variables = environment(PYTHONPATH=os.fspath(site), NOON_PROFILE="embedded")
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, env=variables, stdout=subprocess.PIPE, check=True, timeout=300
    ).stdout.decode()


def test_everything_that_the_code_reads_comes_along(site):
    for package in PACKAGES:
        files = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if path.is_file()}
        ours = {path for path in files if "__pycache__" not in path.parts and path.name != "screenshot.png"}
        assert not [path for path in ours if not (site / path).is_file()]


def test_the_licences_come_along(site):
    (licences,) = site.glob("noon_demo-*.dist-info/licenses")
    assert {path.name for path in licences.rglob("*")} >= {"LICENSE", "NOTICE", "NOTICE.txt"}


def test_the_command_runs_from_any_folder(site, tmp_path):
    assert "recognizer=embedded|ray|siglip2" in run(site, tmp_path, site / "bin" / "noon", "--help")


def test_an_installed_noon_analyses_a_photo_with_its_own_models(site, tmp_path):
    result = json.loads(run(site, tmp_path, "-c", ANALYSE, MEALS / "fruit.jpg"))
    assert "banana" in {item["label"] for item in result["detected_items"]}
    assert f"{result['nutrition']['protein_g']:.1f} g" in result["insights"]
