"""`noon batch`: a folder of photos as a table, whatever is in it and whenever it is interrupted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from noon_demo.batch.journal import FORMATS, Journal
from noon_demo.batch.rows import COLUMNS, failed
from noon_demo.commands import batch
from noon_demo.ml_inference import analyze_food_image, format_nutrition_response
from noon_demo.ml_inference.cluster import NOT_INSTALLED
from tests.conftest import ROOT, environment
from tests.photos import MEALS


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Two meals, one in a folder below, a file that is no photo by its content, and one by its name."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "below").mkdir()
    shutil.copy(MEALS / "fruit.jpg", folder / "below")
    shutil.copy(MEALS / "breakfast.jpg", folder)
    (folder / "broken.JPG").write_text("no photo")
    (folder / os.fsdecode(b"caf\xe9.jpg")).write_text("no photo, from a time before UTF-8")
    (folder / "notes.txt").write_text("no photo either")
    return folder


def run(*arguments):
    """The exit status of a run in this process."""
    with pytest.raises(SystemExit) as ended:
        batch.main(list(map(str, arguments)))
    return ended.value.code


def table(path):
    """The rows as dictionaries."""
    found = duckdb.read_parquet(str(path))
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def results(photos, tmp_path_factory):
    """The table of the folder."""
    out = tmp_path_factory.mktemp("results") / "results.parquet"
    assert run(photos, "--out", out, "profile=embedded") == 1
    return out


def test_each_food_has_a_row_with_what_the_api_says_of_it(results, photos):
    rows = [row for row in table(results) if row["photo"] == "breakfast.jpg"]
    expected = format_nutrition_response(analyze_food_image(photos / "breakfast.jpg", mode="ml_only"))
    assert [row["food"] for row in rows] == [item["id"] for item in expected["detected_items"]]
    for row, item in zip(rows, expected["detected_items"], strict=True):
        assert (row["label"], row["grams"], row["mask"]) == (
            item["label"],
            item["mass_g"],
            item["mask"]["counts"],
        )
        assert [row["x0"], row["y0"], row["x1"], row["y1"]] == list(item["bbox"])
        assert row["protein_g"] == item["nutrition"]["protein_g"]
        assert row["meal_calories"] == expected["nutrition"]["calories"]
        assert row["recognizer"] == expected["versions"]["recognizer"]


def test_a_bad_file_has_a_row_that_says_why_and_ends_nothing(results):
    rows = table(results)
    assert {row["photo"] for row in rows} == {
        "breakfast.jpg",
        "broken.JPG",
        "below/fruit.jpg",
        r"caf\xe9.jpg",
    }
    (broken,) = [row for row in rows if row["photo"] == "broken.JPG"]
    assert broken["status"] == "failed"
    assert broken["problem"].startswith("This file is not an image that can be opened")


def test_what_is_done_is_not_done_again(results, photos, monkeypatch, capsys):
    monkeypatch.setattr("noon_demo.batch.analyzer.Analyzer", None)
    before = table(results)
    assert run(photos, "--out", results, "profile=embedded") == 1
    assert table(results) == before
    assert "0 photos in 0 s, 4 done before" in capsys.readouterr().out


def test_a_killed_run_goes_on_after_the_last_photo_that_was_done(tmp_path):
    photos, out = tmp_path / "photos", tmp_path / "results.jsonl"
    photos.mkdir()
    for number in range(12):
        shutil.copy(MEALS / "fruit.jpg", photos / f"{number:02}.jpg")
    command = [sys.executable, "-m", "noon_demo", "batch", photos, "--out", out, "profile=embedded"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
    journal, until = tmp_path / "results.jsonl.partial", time.monotonic() + 120
    while time.monotonic() < until and (not journal.exists() or journal.read_text().count("\n") < 3):
        time.sleep(0.05)
    process.kill()
    process.wait()
    done = [
        json.loads(line)["rows"] for line in journal.read_text().splitlines(keepends=True) if line[-1] == "\n"
    ]
    assert 3 <= len(done) < 12
    assert run(photos, "--out", out, "profile=embedded") == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert rows[: sum(map(len, done))] == [row for photo in done for row in photo]
    assert sorted({row["photo"] for row in rows}) == [f"{number:02}.jpg" for number in range(12)]
    assert len({(row["photo"], row["food"]) for row in rows}) == len(rows)
    assert not journal.exists()


def row(photo, **values):
    return [{**failed(photo, "")[0], **values}]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_read_as_it_was_written(tmp_path, ending):
    out = tmp_path / f"it's{ending}"
    journal = Journal(out)
    journal.add(row('a, "b".jpg', status="food", grams=1.5, food=1, sure=True))
    journal.finish()
    journal = Journal(out)
    assert journal.done == {'a, "b".jpg'}
    journal.add(row("c.jpg"))
    journal.finish()
    assert Journal(out).done == {'a, "b".jpg', "c.jpg"}
    assert journal.counts() == {"food": 1, "no food": 0, "failed": 1, "foods": 1}
    reader = {".parquet": duckdb.read_parquet, ".csv": duckdb.read_csv, ".jsonl": duckdb.read_json}[ending]
    found = reader(str(out))
    assert found.columns == list(COLUMNS)
    assert found.project("photo, grams, sure").order("photo").fetchall()[0] == ('a, "b".jpg', 1.5, True)


def test_a_torn_line_is_dropped_and_lines_that_are_in_the_table_count_once(tmp_path):
    journal = Journal(tmp_path / "r.csv")
    journal.add(row("a.jpg"))
    lines = (tmp_path / "r.csv.partial").read_text()
    journal.finish()
    (tmp_path / "r.csv.partial").write_text(lines + lines.replace("a.jpg", "b.jpg")[:-9])
    journal = Journal(tmp_path / "r.csv")
    assert journal.done == {"a.jpg"}
    journal.finish()
    assert journal.counts()["failed"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("ending", FORMATS)
def test_on_a_full_disk_nothing_is_lost_and_the_command_goes_on_later(tmp_path, capsys, ending):
    photos, out, unfinished = tmp_path / "photos", tmp_path / f"r{ending}", tmp_path / f"r{ending}.unfinished"
    photos.mkdir()
    (photos / "a.jpg").write_text("no photo")
    Journal(out).add(row("a.jpg"))
    unfinished.symlink_to("/dev/full")
    assert run(photos, "--out", out) == 2
    assert capsys.readouterr().err.endswith(
        f"The results can't be kept: {unfinished.name} can't be written, perhaps since the disk is full. "
        "The same command goes on from here.\n"
    )
    unfinished.unlink()
    assert run(photos, "--out", out) == 1
    assert "0 photos in 0 s, 1 done before" in capsys.readouterr().out


def test_wrong_arguments_end_in_a_sentence(photos, tmp_path, capsys):
    other = tmp_path / "other.csv"
    other.write_text("day,kcal\n1,2000\n")
    for arguments, sentence in (
        ([tmp_path / "nowhere", "--out", other], "there is no folder"),
        ([photos, "--out", tmp_path / "results.xls"], "its name ending in .parquet or .csv or .jsonl"),
        ([photos, "--out", tmp_path / "nowhere" / "results.csv"], "a folder that is there"),
        ([tmp_path, "--out", tmp_path / "results.csv"], "There are no photos in"),
        ([photos, "--out", other], "other.csv holds something else than the results of a batch"),
    ):
        assert run(*arguments) == 2
        assert sentence in capsys.readouterr().err
    assert other.read_text() == "day,kcal\n1,2000\n"


def test_without_ray_a_sentence_says_how_to_get_it(photos, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("noon_demo.ml_inference.cluster.find_spec", lambda name: None)
    assert run(photos, "--out", tmp_path / "results.csv", "--ray") == 2
    assert capsys.readouterr().err == f"{NOT_INSTALLED}\n"
