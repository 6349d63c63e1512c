"""`noon` on the command line, whichever command it is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from noon_demo.__main__ import UNREAD
from tests.conftest import ROOT, environment


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [["models", "list"], ["batch", "--help"], ["--help"]], ids=" ".join)
def test_nothing_is_said_to_a_reader_who_has_left(words, unbuffered, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer) as output:
        done = subprocess.run(
            [sys.executable, ROOT / "app.py", *words],
            env=environment(PYTHONUNBUFFERED=unbuffered, NOON_MODELS=str(tmp_path)),
            stdout=output,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.stderr == b""
    assert done.returncode in {0, UNREAD}  # argparse itself takes no notice
