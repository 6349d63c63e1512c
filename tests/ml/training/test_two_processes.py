"""Training in two processes: they learn as one, and write once."""

import csv
import subprocess
import sys

import pytest
import torch

from tests.conftest import ROOT, environment
from tests.two_processes import RATE, STEPS, examples, network


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a run in two processes that talk by gloo, and what each ended with."""
    folder = tmp_path_factory.mktemp("run")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    subprocess.run(
        [*launcher, str(ROOT / "tests" / "two_processes.py"), str(folder)],
        cwd=ROOT,
        env=environment(PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"),
        check=True,
        timeout=240,
    )
    return folder, [torch.load(folder / f"process-{index}.pt") for index in range(2)]


def test_both_end_with_the_same_weights(run):
    _, (first, second) = run
    for moment in first:
        for name, value in first[moment].items():
            assert value.equal(second[moment][name]), (moment, name)
    assert not first["stepped"]["weight"].equal(first["ran"]["weight"])


def test_they_learn_what_one_process_learns_from_the_examples_of_both(run):
    _, (first, _) = run
    alone = network()
    optimizer = torch.optim.SGD(alone.parameters(), lr=RATE)
    for step in range(STEPS):
        optimizer.zero_grad()
        alone(torch.cat([examples(step, 0), examples(step, 1)])).square().mean().backward()
        optimizer.step()
    torch.testing.assert_close(first["stepped"], dict(alone.state_dict()))


def test_there_is_one_log_and_one_checkpoint(run):
    folder, _ = run
    with (folder / "log.csv").open() as file:
        iterations = [int(row["iteration"]) for row in csv.DictReader(file)]
    assert iterations == list(range(1, len(iterations) + 1))
    assert [path.name for path in folder.glob("checkpoint-*")] == [f"checkpoint-{len(iterations):08}"]
